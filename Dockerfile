# Three stages: browser files, Python packages, and what runs, which has neither Node nor pip's cache.

FROM node:24-trixie-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund
COPY assets assets
RUN npm run build

FROM python:3.13-slim-trixie AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements-prod.lock ./
RUN pip install --require-hashes -r requirements-prod.lock
COPY pyproject.toml README.md LICENSE gunicorn.conf.py wsgi.py worker.py ./
COPY grandequipe grandequipe
RUN pip install --no-index --no-deps --no-build-isolation -e . \
 && pybabel compile -d grandequipe/translations -D messages \
 && pybabel compile -d grandequipe/translations -D flask_security \
 && python -m compileall -q grandequipe

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin grandequipe \
 && install -d -o grandequipe -g grandequipe /data/uploads
COPY --from=packages /venv /venv
COPY --from=packages /app /app
COPY --from=assets /app/grandequipe/web/static/dist /app/grandequipe/web/static/dist
COPY --from=assets /app/grandequipe/taxonomies/data /app/grandequipe/taxonomies/data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    BIND=0.0.0.0:8000 UPLOADS_URL=file:///data/uploads
WORKDIR /app
USER grandequipe
VOLUME /data/uploads
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "gunicorn.conf.py"]
