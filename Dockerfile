# One image for the worker, the web pages and the migrations.
FROM python:3.11.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_DOWNLOADS=never

RUN pip install --no-cache-dir uv==0.13.9

WORKDIR /app
COPY requirements.txt ./
RUN uv pip sync --system --no-cache --require-hashes requirements.txt

COPY . .
RUN uv pip install --system --no-cache --no-deps --editable . \
    && useradd --system --uid 1000 --home-dir /var/lib/mosty --create-home mosty

USER mosty
CMD ["python", "-m", "worker"]
