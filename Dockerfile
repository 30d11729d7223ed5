FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE openapi.yaml ./
COPY docs/schemas docs/schemas
COPY fixtures fixtures
COPY mockserver mockserver
COPY contracts contracts
RUN python -m venv --without-pip /opt/mock \
    && pip --python /opt/mock/bin/python install --no-cache-dir -c constraints.txt '.[postgres,sqlite]'

FROM python:3.13-slim
COPY --from=build /opt/mock /opt/mock
# An address that other machines reach needs MOCKSERVER_ADMIN_TOKEN, too, or MOCKSERVER_ADMIN=off.
ENV PATH=/opt/mock/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MOCKSERVER_HOST=0.0.0.0 \
    MOCKSERVER_PORT=8080
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['MOCKSERVER_PORT']}/__admin/health\", timeout=2)"]
ENTRYPOINT ["mockserver"]
