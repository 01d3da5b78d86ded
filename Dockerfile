# The production image: `docker compose up` shows what it needs around it.

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TRACKER_ENV=production TRACKER_VAR=/data STATIC_ROOT=/app/collected
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY --from=packages /app/node_modules node_modules
COPY manage.py ./
COPY tracker tracker
COPY accounts accounts
COPY benchmarks benchmarks
COPY templates templates
COPY static static
# The key signs nothing here: gathering files asks for none of it.
RUN SECRET_KEY=build python manage.py collectstatic --no-input --verbosity 0 \
    && useradd --system --home-dir /data tracker \
    && install -d -o tracker -m 700 /data
USER tracker
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "tracker.wsgi", "--preload", "--no-control-socket", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "60", "--graceful-timeout", "20"]
