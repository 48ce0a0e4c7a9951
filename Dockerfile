# One image for the worker, the web pages and the migrations.
FROM python:3.11.13-slim-bookworm

# Everything is compiled in the image: its user cannot write beside the code, and would compile it at every start.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1

RUN pip install --no-cache-dir uv==0.13.9

WORKDIR /app
COPY requirements.txt ./
RUN uv pip sync --system --no-cache --require-hashes requirements.txt

COPY . .
RUN uv pip install --system --no-cache --no-deps --editable . \
    && python -m compileall -q . \
    && useradd --system --uid 1000 --home-dir /var/lib/mosty --create-home mosty

USER mosty
CMD ["python", "-m", "worker"]
