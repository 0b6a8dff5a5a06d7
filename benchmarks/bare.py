"""The barest site on the same parts: a page of twenty rows, a call that adds one, and sockets.

gunicorn --worker-class gevent --workers 2 'benchmarks.bare:create_app()'
"""

import os

from flask import Flask, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_socketio import SocketIO, emit
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

DATABASE, REDIS = "BARE_DATABASE_URL", "BARE_REDIS_URL"
NAMESPACE = "/live"
TABLE = text("CREATE TABLE bare_comment (id bigserial PRIMARY KEY, post_id bigint, body text)")
POSTS = text(
    "SELECT post.id, title, summary, display_name FROM post JOIN member ON member.id = author_id"
    " ORDER BY post.id DESC LIMIT 20"
)
ADD = text("INSERT INTO bare_comment (post_id, body) VALUES (1, :body_html) RETURNING id")
PAGE = """<!doctype html>
<title>Posts</title>
{% for post in posts %}
<article id="post-{{ post.id }}">
<h2><a href="/posts/{{ post.id }}">{{ post.title }}</a></h2>
<p>{{ post.display_name }}</p>
<p>{{ post.summary }}</p>
<ul>{% for text in texts %}
<li><a href="/{{ text }}/{{ post.id }}">{{ text }}</a></li>
{% endfor %}</ul>
</article>
{% endfor %}"""
TEXTS = ("merci", "bravo", "utile", "soutien", "comment", "share", "keep", "report")


def create_app() -> Flask:
    """Make the site on the database and the Redis that the environment names."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ[DATABASE]
    db = SQLAlchemy(app)
    socketio = SocketIO(
        app,
        async_mode="gevent",
        message_queue=os.environ[REDIS],
        channel="bare",
        transports=["websocket"],
    )

    @app.get("/")
    def read() -> ResponseReturnValue:
        posts = db.session.execute(POSTS).all()
        return render_template_string(PAGE, posts=posts, texts=TEXTS)

    @app.post("/")
    def write() -> ResponseReturnValue:
        added = db.session.execute(ADD, request.get_json()).scalar_one()
        db.session.commit()
        return {"id": added}, 201

    @app.post("/published")
    def publish() -> ResponseReturnValue:
        answer = write()
        socketio.emit("event", {"kind": "post.published"}, namespace=NAMESPACE)
        return answer

    @socketio.on("connect", namespace=NAMESPACE)
    def connect(_auth: object) -> None:
        emit("ready")

    return app
