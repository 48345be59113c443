"""Uses werkzeug broadly: requests, responses, routing, data structures, middleware, a client."""

import contextlib
import io
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from werkzeug import exceptions, formparser, http, security, test, urls, utils, wsgi
from werkzeug import datastructures as ds
from werkzeug.local import Local, LocalProxy, LocalStack, release_local
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.middleware.lint import LintMiddleware
from werkzeug.middleware.profiler import ProfilerMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.routing import (
    BaseConverter, BuildError, EndpointPrefix, Map, RequestRedirect, Rule, RuleFactory, RuleTemplate,
    Subdomain, Submount, ValidationError,
)
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request, Response


class EvenConverter(BaseConverter):
    regex = r"\d+"

    def to_python(self, value):
        number = int(value)
        if number % 2:
            raise ValidationError("odd")
        return number

    def to_url(self, value):
        return str(value)


class Wiki:
    """A small application in werkzeug's own manner."""

    def __init__(self):
        self.pages = {"home": "hello"}
        resource = RuleTemplate([Rule("/$name/", endpoint="$name.list"),
                                 Rule("/$name/<int(min=1):id>", endpoint="$name.show", methods=["GET", "PUT"])])
        self.map = Map(
            [
                Rule("/", endpoint="home"),
                Rule("/page/<name>", endpoint="page", methods=["GET", "POST"]),
                Rule("/even/<even:number>", endpoint="even"),
                Rule("/any/<any(a, b):which>/<float(signed=True):x>/<uuid:u>", endpoint="any"),
                Rule("/files/<path:rest>", endpoint="files"),
                Rule("/text/<string(length=2):code>/", endpoint="text", defaults={"lang": "en"}),
                Rule("/old/<name>", redirect_to="page/<name>"),
                Rule("/moved", endpoint="moved", alias=True, build_only=False),
                Rule("/moved/to", endpoint="moved"),
                Submount("/blog", [Rule("/<int:year>/", endpoint="year", defaults={"month": 1}),
                                   Rule("/<int:year>/<int:month>", endpoint="year")]),
                EndpointPrefix("admin.", [Rule("/admin", endpoint="index", strict_slashes=False)]),
                Subdomain("api", [Rule("/v1", endpoint="api")]),
                resource(name="user"),
            ],
            converters={"even": EvenConverter},
            default_subdomain="www",
        )

    def on_home(self, request):
        return Response("home", mimetype="text/plain")

    def on_page(self, request, name):
        if request.method == "POST":
            self.pages[name] = request.form.get("text", type=str, default="")
            for upload in request.files.values():
                self.pages[upload.filename] = upload.read().decode()
            return utils.redirect(f"/page/{name}", code=303)
        if name not in self.pages:
            raise exceptions.NotFound(f"no page {name}")
        response = Response(self.pages[name])
        response.add_etag()
        response.last_modified = datetime(2024, 1, 1, tzinfo=timezone.utc)
        response.set_cookie("seen", name, max_age=timedelta(days=1), httponly=True, samesite="Lax")
        response.cache_control.max_age = 60
        response.vary.add("Accept")
        return response.make_conditional(request)

    def on_even(self, request, number):
        return Response((str(n) for n in range(number)), headers={"X-Number": str(number)})

    def on_default(self, request, **values):
        response = Response(repr(sorted(values)), 201, content_type="text/html")
        response.delete_cookie("seen")
        return response

    @Request.application
    def __call__(self, request):
        adapter = self.map.bind_to_environ(request.environ, server_name="example.org")
        try:
            endpoint, values = adapter.match()
            handler = getattr(self, f"on_{endpoint}", self.on_default)
            return handler(request, **values)
        except exceptions.NotFound as error:
            return Response(f"missing: {error.description}", 404)
        except exceptions.HTTPException as error:
            return error


def application():
    wiki = Wiki()
    client = Client(LintMiddleware(wiki), Response)
    options = {"base_url": "http://www.example.org"}
    home = client.get("/", **options)
    assert home.text == "home", (home.status, home.text)
    page = client.get("/page/home", **options)
    assert page.status_code == 200 and client.get_cookie("seen", domain="www.example.org").value == "home"
    etag = page.headers["ETag"]
    assert client.get("/page/home", headers={"If-None-Match": etag}, **options).status_code == 304
    assert client.get("/page/home", headers={"Range": "bytes=1-2"}, **options).status_code in (200, 206)
    data = {"text": "new", "file": (io.BytesIO(b"content"), "up.txt"), "many": ["a", "b"]}
    assert client.post("/page/new", data=data, follow_redirects=True, **options).text == "new"
    client.post("/page/x", data={"text": "y"}, **options), client.head("/page/home", **options)
    for path, status in [("/even/4", 200), ("/even/3", 404), ("/files/a/b", 201), ("/text/ab", 308),
                         ("/blog/2024/", 201), ("/blog/2024/1", 308), ("/admin/", 201), ("/old/a", 308),
                         ("/any/a/-1.5/12345678-1234-5678-1234-567812345678", 201), ("/user/3", 201),
                         ("/nosuch", 404), ("/user/0", 404)]:
        response = client.get(path, **options)
        assert response.status_code == status, (path, response)
    for method in (client.put, client.patch, client.delete, client.options, client.trace):
        method("/page/home", **options)
    client.set_cookie("a", "b", domain="example.org"), client.delete_cookie("a", domain="example.org")
    adapter = wiki.map.bind("example.org", "/", query_args={"q": "1"})
    for endpoint, values in [("page", {"name": "a b", "q": [1, 2]}), ("year", {"year": 2024, "month": 2}),
                             ("even", {"number": 2}), ("user.show", {"id": 3}), ("nosuch", {})]:
        with contextlib.suppress(BuildError):
            adapter.build(endpoint, values, force_external=True)
    for path, method in [("/page/a", "DELETE"), ("//page/a", "GET"), ("/text/ab", "GET")]:
        with contextlib.suppress(exceptions.HTTPException, RequestRedirect):
            adapter.match(path, method)
    adapter.allowed_methods("/page/a"), adapter.test("/"), list(wiki.map.iter_rules("page")), repr(wiki.map)
    wiki.map.is_endpoint_expecting("page", "name"), issubclass(Rule, RuleFactory)
    try:
        adapter.build("pgae")
    except BuildError as error:
        str(error)


def middleware(folder):
    (folder / "a.txt").write_text("static")
    app = SharedDataMiddleware(Wiki(), {"/static": str(folder), "/pkg": ("werkzeug", "sansio")})
    app = DispatcherMiddleware(app, {"/sub": Response("sub"), "/proxy": ProxyMiddleware(Response("p"), {})})
    app = ProfilerMiddleware(ProxyFix(app, x_for=1, x_host=1, x_prefix=1), stream=None)
    client = Client(app)
    for path in ("/static/a.txt", "/static/none", "/sub/x", "/proxy", "/pkg/utils.py"):
        client.get(path, headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "h", "X-Forwarded-Prefix": "/p"})


def requests():
    builder = EnvironBuilder(
        path="/a/ü", query_string={"q": ["1", "2"], "r": "é"}, method="POST", json={"k": [1]},
        headers={"Accept": "text/html;q=0.5, application/json, */*;q=0.1", "Accept-Language": "de-CH, en;q=0.7",
                 "Authorization": "Basic YTpi", "Cookie": 'a=b; c="d e"', "Cache-Control": "no-cache, max-age=3",
                 "If-Match": '"x", W/"y"', "If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT",
                 "Range": "bytes=0-10,20-", "Accept-Encoding": "gzip", "X-Forwarded-For": "1.1.1.1, 2.2.2.2",
                 "User-Agent": "agent", "Pragma": "x", "Access-Control-Request-Headers": "a, b"},
    )
    with builder.get_request() as request:
        assert request.args.getlist("q") == ["1", "2"] and request.get_json() == {"k": [1]}
        request.args.get("q", type=int), request.values.to_dict(flat=False), request.cookies["a"], request.url
        assert request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
        request.accept_mimetypes.accept_html, request.accept_languages.best_match(["en", "de"]), request.accept_encodings
        request.authorization.username, request.cache_control.max_age, request.if_match.contains("x"), request.range
        request.if_modified_since, request.access_route, request.is_json, request.mimetype_params, request.user_agent
        request.base_url, request.root_url, request.host_url, request.full_path, request.script_root, request.remote_addr
        request.access_control_request_headers, request.if_range, request.pragma, request.headers.to_wsgi_list()
        repr(request), request.data, request.content_length, request.want_form_data_parsed, request.is_secure
    body = test.encode_multipart({"a": "b", "f": ds.FileStorage(io.BytesIO(b"x" * 99), "f.bin")}, boundary="XX")[1]
    environ = EnvironBuilder(method="POST", input_stream=io.BytesIO(body),
                             content_type="multipart/form-data; boundary=XX").get_environ()
    stream, form, files = formparser.parse_form_data(environ, max_form_memory_size=1000)
    files["f"].save(io.BytesIO())
    environ = EnvironBuilder(method="POST", data="a=b&c=d", content_type="application/x-www-form-urlencoded").get_environ()
    Request(environ).form.to_dict(), wsgi.get_current_url(environ), wsgi.get_host(environ), wsgi.get_path_info(environ)
    limited = wsgi.get_input_stream({"wsgi.input": io.BytesIO(b"a\nb\nc"), "CONTENT_LENGTH": "3"})
    limited.readline(), limited.read(), limited.exhaust()
    list(wsgi.FileWrapper(io.BytesIO(b"abc"), 2)), wsgi.ClosingIterator([1], lambda: None).close()
    with contextlib.suppress(exceptions.BadRequest):
        Request(EnvironBuilder(method="POST", data="{", content_type="application/json").get_environ()).get_json()


def responses(folder):
    response = Response(["a", "b"], status="404 Nope", headers=[("A", "1")])
    response.status_code, response.status, response.is_sequence, response.calculate_content_length()
    response.set_data("text"), response.get_data(as_text=True), response.freeze(), response.get_json(silent=True)
    response.content_length, response.date, response.expires, response.age, response.retry_after
    response.www_authenticate = ds.WWWAuthenticate("basic", {"realm": "r"})
    response.content_security_policy.default_src = "'self'"
    response.allow.update(["GET", "PUT"]), response.content_range.set(0, 1, 2), response.accept_ranges
    response.retry_after, response.location, response.content_language.add("en"), response.cross_origin_opener_policy
    response.call_on_close(lambda: None), response.iter_encoded(), response.close(), repr(response)
    response.stream.write(b"x"), response.access_control_allow_origin, response.headers.extend({"B": ["2", "3"]})
    Response.force_type(Response("x"), {}), Response.from_app(Response("y"), EnvironBuilder().get_environ())
    path = folder / "send.txt"
    path.write_text("to send")
    environ = EnvironBuilder(headers={"Range": "bytes=0-3"}).get_environ()
    utils.send_file(path, environ, download_name="ü.txt", as_attachment=True, max_age=lambda path: 3).get_app_iter(environ)
    utils.send_from_directory(folder, "send.txt", environ).get_wsgi_response(environ), utils.append_slash_redirect(environ)
    for code in (400, 401, 403, 404, 405, 409, 413, 416, 418, 429, 500, 503):
        try:
            exceptions.abort(code)
        except exceptions.HTTPException as error:
            error.get_response(environ), str(error), error.get_headers(), repr(error), error.name
    exceptions.MethodNotAllowed(["GET"]).get_headers(), exceptions.BadRequestKeyError("k").description


def structures():
    multi = ds.MultiDict([("a", 1), ("a", 2), ("b", "3")])
    multi.add("c", 4), multi.setlist("d", [5]), multi.getlist("b", type=int), multi.setdefault("e", 6), multi.poplist("a")
    list(multi.items(multi=True)), list(multi.lists()), multi.copy(), multi.update({"f": [7]}), multi.popitem(), multi | {"x": 1}
    with contextlib.suppress(exceptions.BadRequestKeyError):
        multi["nosuch"]
    with contextlib.suppress(TypeError):
        ds.ImmutableMultiDict(multi)["x"] = 1
    combined = ds.CombinedMultiDict([multi, ds.MultiDict({"z": 1})])
    combined.getlist("z"), list(combined.items()), len(combined), "z" in combined, combined.to_dict(), list(combined.lists())
    headers = ds.Headers({"A": "1", "B": ["2", "3"]})
    headers.add("C", "x", key="v"), headers.set("A", 2), headers.setlist("D", ["4"]), headers.getlist("b"), headers.remove("B")
    headers.get("A", type=int), headers[0], headers[0:1], list(headers.keys(lower=True)), headers.pop("D"), str(headers), headers | {}
    header_set = ds.HeaderSet(["a", "B"])
    header_set.add("c"), header_set.discard("A"), header_set.find("c"), header_set.to_header(), "b" in header_set, header_set.as_set()
    etags = http.parse_etags('W/"a", "b"')
    etags.is_weak("a"), etags.to_header(), etags.contains_raw('"b"'), bool(etags), list(etags), http.unquote_etag('W/"x"')
    for parse, text in [(http.parse_list_header, 'a, "b, c"'), (http.parse_dict_header, 'a=1, b="x"'), (http.parse_set_header, "a, b"),
                        (http.parse_options_header, 'text/html; charset="utf-8"; a*=UTF-8\'\'%e2'), (http.parse_date, "Mon, 01 Jan 2024 00:00:00 GMT"),
                        (http.parse_range_header, "bytes=0-1,5-"), (http.parse_content_range_header, "bytes 0-1/2"),
                        (http.parse_cookie, "a=b; c=d"), (http.parse_cache_control_header, "private, max-age=1"), (http.parse_age, "3"),
                        (http.parse_csp_header, "default-src 'self'; img-src *"), (http.parse_if_range_header, '"x"')]:
        value = parse(text)
        getattr(value, "to_header", lambda: None)()
    ds.Authorization.from_header('Digest username="a", realm="b"').to_header(), ds.WWWAuthenticate.from_header('Basic realm="x"')
    http.dump_options_header("a", {"b": "c d"}), http.dump_header(["a", "b c"]), http.dump_cookie("a", "ü", path="/", expires=1)
    http.quote_header_value("a b"), http.http_date(0), http.generate_etag(b"x"), http.is_entity_header("Allow"), http.dump_age(3)
    http.remove_hop_by_hop_headers(headers), http.is_resource_modified({"REQUEST_METHOD": "GET"}, etag="x")
    urls.iri_to_uri("http://ü.example/é?a=ü"), urls.uri_to_iri("http://xn--tda.example/%C3%A9")
    hashed = security.generate_password_hash("secret", method="pbkdf2:sha256:1000")
    assert security.check_password_hash(hashed, "secret") and security.safe_join("a", "b") and not security.safe_join("a", "../b")
    utils.secure_filename("../a b.txt"), utils.import_string("werkzeug.utils:redirect"), utils.get_content_type("text/x", "utf-8")
    local, stack = Local(), LocalStack()
    local.x = [1]
    proxy, stacked = local("x"), LocalProxy(stack, "real")
    proxy.append(2), len(proxy), proxy[0], proxy + [3], repr(proxy), bool(proxy), list(proxy), stack.push(3j), stacked + 1, stack.pop()
    release_local(local)
    with contextlib.suppress(RuntimeError):
        proxy.append(1)

    class Cached:
        @utils.cached_property
        def value(self):
            return 1

        header = utils.header_property("X", None, int, str)
        headers = ds.Headers({"X": "3"})

    cached = Cached()
    assert (cached.value, cached.value, cached.header) == (1, 1, 3)


if __name__ == "__main__":
    application()
    requests()
    structures()
    with tempfile.TemporaryDirectory() as scratch:
        middleware(Path(scratch))
        responses(Path(scratch))
