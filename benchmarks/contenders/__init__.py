"""What people would use instead: the same promise kept by other means, each as its authors would have it.

The promise: towns are in contact; whoever has not been heard from for a while is written to once per silence; a contact
that was acknowledged survives a crash; no mail is lost or sent twice.

These modules run in an environment of their own (`requirements-bench.txt`) and know nothing else of this project.
"""
