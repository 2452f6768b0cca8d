"""Says what Python's ssl sees: negotiated version, protocol, cipher, the certificate's subject, the response.

usage: tls_client.py PORT SERVERNAME CAFILE [ALPN,...] [CERT KEY]
"""
import socket
import ssl
import sys

port, name, ca = int(sys.argv[1]), sys.argv[2], sys.argv[3]
context = ssl.create_default_context(cafile=ca)
if len(sys.argv) > 4 and sys.argv[4]:
    context.set_alpn_protocols(sys.argv[4].split(","))
if len(sys.argv) > 6:
    context.load_cert_chain(sys.argv[5], sys.argv[6])
with socket.create_connection(("127.0.0.1", port), 20) as plain:
    with context.wrap_socket(plain, server_hostname=name) as s:
        print("version", s.version())
        print("alpn", s.selected_alpn_protocol())
        print("cipher", s.cipher()[0])
        print("subject", dict(part[0] for part in s.getpeercert()["subject"])["commonName"])
        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        data = b""
        while True:
            part = s.recv(65536)
            if not part:
                break
            data += part
        print(data.decode("latin-1"))
