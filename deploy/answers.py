"""For health checks in an image without curl: does this address answer with 200?"""

import sys
from urllib.request import urlopen

if __name__ == "__main__":
    with urlopen(sys.argv[1], timeout=4) as answer:
        sys.exit(answer.status != 200)
