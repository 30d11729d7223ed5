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
# http.client knows no proxies, which urllib would ask for this machine's own address. Kubernetes
# puts an address of its own into MOCKSERVER_PORT, where a service has the name mockserver.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os; port = os.environ['MOCKSERVER_PORT']; c = http.client.HTTPConnection('127.0.0.1', int(port) if port.isdecimal() else 8080, timeout=2); c.request('GET', '/__admin/health'); assert c.getresponse().status == 200"]
ENTRYPOINT ["mockserver"]
