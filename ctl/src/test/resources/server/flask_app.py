"""A Flask app as people write them."""
import os

from flask import Flask, Response, abort, jsonify, redirect, request, send_file, session, stream_with_context, url_for

HERE = os.path.dirname(os.path.abspath(__file__))
app = Flask(__name__, static_folder=HERE + "/static")
app.secret_key = "not secret"


@app.get("/probe")
def probe():
    return Response("probe", mimetype="text/plain")


@app.route("/items/<int:item_id>", methods=["GET", "PUT"])
def item(item_id):
    if item_id == 404:
        abort(404)
    return jsonify(id=item_id, method=request.method, q=request.args.get("q"), json=request.get_json(silent=True))


@app.post("/form")
def form():
    return jsonify(request.form.to_dict())


@app.post("/upload")
def upload():
    file = request.files["file"]
    return jsonify(name=file.filename, size=len(file.read()))


@app.post("/raw")
def raw():
    return jsonify(size=len(request.get_data()), chunked=request.headers.get("Transfer-Encoding"))


@app.get("/session")
def count():
    session["n"] = session.get("n", 0) + 1
    return str(session["n"])


@app.get("/old")
def old():
    return redirect(url_for("item", item_id=1))


@app.get("/url")
def url():
    return jsonify(url=request.url, root=request.script_root, remote=request.remote_addr)


@app.get("/stream")
def stream():
    return Response(stream_with_context(str(i) + "\n" for i in range(5)), mimetype="text/plain")


@app.get("/file")
def file():
    return send_file(HERE + "/static/hello.txt", conditional=False, etag=False, last_modified=0)


@app.get("/boom")
def boom():
    raise RuntimeError("boom")


@app.get("/nothing")
def nothing():
    return "", 204
