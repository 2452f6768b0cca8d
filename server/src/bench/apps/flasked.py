"""A Flask application with one small JSON endpoint."""

from flask import Flask, jsonify

app = Flask(__name__)


@app.route("/items/<int:number>")
def item(number):
    return jsonify(number=number, tags=["small", "green"], price=12.5, available=True)
