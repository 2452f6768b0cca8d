"""A Django project in one file, as ASGI and as WSGI app."""
import asyncio
import os

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

HERE = os.path.dirname(os.path.abspath(__file__))
settings.configure(
    DEBUG=False, SECRET_KEY="not secret", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies", USE_TZ=True, LOGGING_CONFIG=None,
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.common.CommonMiddleware"])


def probe(request):
    return HttpResponse("probe", content_type="text/plain")


@csrf_exempt
def item(request, number):
    return JsonResponse({"id": number, "method": request.method, "q": request.GET.get("q"), "form": request.POST.dict()})


@csrf_exempt
def upload(request):
    file = request.FILES["file"]
    return JsonResponse({"name": file.name, "size": len(file.read())})


@csrf_exempt
def raw(request):
    return JsonResponse({"size": len(request.body)})


def session(request):
    request.session["n"] = request.session.get("n", 0) + 1
    return HttpResponse(str(request.session["n"]))


async def asynchronous(request):
    await asyncio.sleep(0.01)
    return HttpResponse("async")


def stream(request):
    return StreamingHttpResponse(str(i) + "\n" for i in range(5))


def file(request):
    return FileResponse(open(HERE + "/static/hello.txt", "rb"))


def boom(request):
    raise RuntimeError("boom")


def where(request):
    return JsonResponse({"url": request.build_absolute_uri(), "remote": request.META["REMOTE_ADDR"], "secure": request.is_secure()})


urlpatterns = [
    path("probe", probe), path("items/<int:number>", item), path("upload", upload), path("raw", raw), path("session", session),
    path("async", asynchronous), path("stream", stream), path("file", file), path("boom", boom), path("where", where),
    path("old", lambda request: HttpResponseRedirect("/items/1")), path("slash/", probe)]

django.setup()
asgi = get_asgi_application()
wsgi = get_wsgi_application()
