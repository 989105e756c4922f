# One image for the web server, the worker, beat and the migrations; docker-compose.yml says which is which.

FROM python:3.13-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --requirement requirements.lock
COPY . .
RUN STATIC_ROOT=/static /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin postpurchase
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /static /static
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/static \
    PROMETHEUS_MULTIPROC_DIR=/tmp/metrics \
    REMAP_SIGTERM=SIGQUIT \
    GRANIAN_INTERFACE=wsgi \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000 \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=1
USER 10001
EXPOSE 8000
CMD ["granian", "postpurchase.wsgi:application"]
