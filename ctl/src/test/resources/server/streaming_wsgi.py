"""Large bodies under WSGI."""


def app(environ, start):
    if environ["PATH_INFO"] == "/upload":
        total = 0
        while True:
            data = environ["wsgi.input"].read(65536)
            if not data:
                break
            total += len(data)
        body = str(total).encode()
    elif environ["PATH_INFO"] == "/download":
        size = int(environ["QUERY_STRING"])
        start("200 OK", [("Content-Length", str(size))])
        return (bytes(min(1 << 20, size - at)) for at in range(0, size, 1 << 20))
    else:
        body = b"probe"
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]
