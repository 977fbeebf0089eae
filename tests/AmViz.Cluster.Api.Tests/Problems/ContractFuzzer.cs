using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace AmViz.Cluster.Api.Tests.Problems;

/// <summary>Requests made of a contract, of which one to three things are wrong. The same seed gives the same requests.</summary>
/// <param name="operations">The contract.</param>
/// <param name="known">Values of path parameters that there are, by name.</param>
/// <param name="bodies">Bodies that are right, by the end of the path that they belong to; "" for specs.</param>
/// <param name="keys">What <c>Authorization</c> may be; null: no such header.</param>
/// <param name="seed">Of the random numbers.</param>
internal sealed class ContractFuzzer(
    IReadOnlyList<ApiOperation> operations, IReadOnlyDictionary<string, string> known, IReadOnlyDictionary<string, string> bodies, IReadOnlyList<string?> keys, int seed)
{
    private static readonly string[] Methods = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get", new('M', 200)];

    private static readonly string[] Values =
    [
        "", "0", "-1", "3", "1e9", "NaN", "-Infinity", "0x10", "99999999999999999999", "2147483648", "-9223372036854775809", "9223372036854775807", "1.5", "true", "null", "[]", "{}", "'", "\"", "<x>", "0123456789ABCDEF", "0123456789abcdeg",
        "0123456789abcdef0", "%00", "a%00b", "%", "%ZZ", "%2", "%C0%AF", "%FF%FE", "%ED%A0%80", "%E2%80%AE", "%F0%9F%92%A9", "%0D%0AX-Evil:%201", "%2F", "%5C", "..", "%2E%2E", ".", "+", "%20", "*", "?", "%3F", "%23x", ";a=b", "~", "\u00e4", "CON", "-", "_",
        "20260101T000000-0123456789abcdef", "99999999T999999-0123456789abcdef", "%25", "%2525", "{id}", "$(id)", "1970-01-01",
    ];

    private static readonly string[] Types =
        ["application/json", "application/yaml", "text/yaml", "text/plain", "application/json; charset=utf-16", "application/json;charset=\"utf-8\"", "application/json; charset", "application/xml", "multipart/form-data; boundary=x", "nonsense", "/", "a/b/c", "application/json, application/json", "\u00ff", new('t', 3000)];

    private static readonly string[] Texts =
    [
        "", " ", "{", "[", "null", "7", "-0", "\"", "{}", "[]", "true", "NaN", "{\"models\"", "{\"models\": 3}", "{\"a\": 1, \"a\": 2}", "{\"priority\": 1e400}", "{\"priority\": 1.5}", "{\"layer\": \"\\ud800\"}", "{\"layer\": \"\\u0000\"}", "// x\n{}", "{} {}", "\u00ff\u00fe{\u0000}\u0000",
        "\u00ef\u00bb\u00bf{}", "\u00c0\u00af", "models: [fakenet]", "models: *all", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "--- !!python/object:os.system x", "%YAML 9.9\n---\n...", "models: |\n  x\n y", "? [a]\n: b", "\t- x",
    ];

    private static readonly string[] Headers =
    [
        "Accept: application/vnd.apache.parquet;q=high", "Accept: */*;q=0, \u00ff", "Accept-Encoding: nonsense;q=2", "Last-Event-ID: -1", "Last-Event-ID: 99999999999999999999", "Last-Event-ID: x", "Last-Event-ID: 1\r\nLast-Event-ID: 2", "Idempotency-Key: x",
        "Idempotency-Key: 00000000-0000-0000-0000-000000000000\r\nIdempotency-Key: y", "Expect: 100-continue", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk", "Upgrade: websocket\r\nSec-WebSocket-Key: x", "Range: bytes=9-1", "If-None-Match: \"x", "If-Modified-Since: yesterday",
        "X-HTTP-Method-Override: DELETE", "X-Forwarded-For: \u00ff", "X-Original-URL: /api/v1/keys", "Forwarded: for=\"[\"", "Content-Encoding: br", "Content-Encoding: identity", "Cookie: \u0001", "Origin: null", "traceparent: 00-zz", "traceparent: 00-00000000000000000000000000000000-0000000000000000-00", "Date: 9999",
        "Content-Range: bytes 0-1/0", "Content-MD5: x", "Content-Language: \u00ff", "Via: 1.1 \u00ff", "TE: trailers", "Max-Forwards: -1", "Proxy-Authorization: Basic eDp4",
    ];

    // What no parser of HTTP takes, or may refuse.
    private static readonly string[] BadHeaders =
        ["no colon", ": x", " x: y", "x y: z", "x\u0000: y", "x: \u0000", "Host: two", "Host: a b", "Content-Length: -1", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 99999999999999999999", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: chunked\r\nContent-Length: 3", $"X-Long: {new string('x', 40_000)}"];

    private readonly Random _random = new(seed);
    private readonly IReadOnlyList<ApiOperation> _withBodies = [.. operations.Where(operation => operation.Types.Count > 0)];

    /// <summary>The next one.</summary>
    public RawRequest Next()
    {
        var draft = Draft(Pick(Chance(0.4) ? _withBodies : operations));
        for (var count = _random.Next(1, 4); count > 0; count--)
        {
            Damage(draft);
        }

        // What there is stays, or all that follows would end at its absence.
        if (draft.Method == "DELETE")
        {
            draft.Path = draft.Path.Replace(known["id"], "0123456789abcdef", StringComparison.Ordinal).Replace(known["upload"], "20260101T000000-0123456789abcdef", StringComparison.Ordinal);
        }

        return draft.Write();
    }

    /// <summary>One whose body stops in the middle.</summary>
    public RawRequest NextStalled()
    {
        var draft = Draft(Pick(_withBodies));
        (draft.Key, draft.Announced, draft.Ending) = (keys[^1], draft.Body.Length + 1000, RequestEnding.Stall);
        return draft.Write();
    }

    private T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    private bool Chance(double of) => _random.NextDouble() < of;

    private RequestDraft Draft(ApiOperation operation)
    {
        var path = string.Join('/', operation.Path.Split('/').Select(part => part.StartsWith('{') && Chance(0.9) ? known[part.Trim('{', '}', '*')] : part));
        var draft = new RequestDraft(operation.Method, path) { Key = Pick(keys) };
        if (operation.Types.Count > 0)
        {
            draft.Type = Chance(0.8) ? Pick(operation.Types) : "application/json";
            draft.Right = bodies[bodies.Keys.Where(end => path.EndsWith(end, StringComparison.Ordinal)).MaxBy(end => end.Length)!];
            draft.Body = Encoding.UTF8.GetBytes(draft.Right);
        }

        foreach (var parameter in operation.Query.Where(_ => Chance(0.2)))
        {
            draft.Query.Add($"{parameter.Name}={(parameter.IsNumber ? "1" : "a")}");
        }

        draft.Names = [.. operation.Query.Select(parameter => parameter.Name), "unknown"];
        return draft;
    }

    private void Damage(RequestDraft draft)
    {
        switch (_random.Next(12))
        {
            case 0:
                draft.Method = Pick(Methods);
                break;
            case 1 or 2:
                DamagePath(draft);
                break;
            case 3 or 4:
                DamageQuery(draft);
                break;
            case 5:
                draft.Type = Chance(0.2) ? null : Pick(Types);
                break;
            case 6 or 7 or 8:
                DamageBody(draft);
                break;
            case 9:
                DamageFraming(draft);
                break;
            case 10:
                draft.Headers.Add(Chance(0.05) ? string.Join("\r\n", Enumerable.Range(0, 30).Select(number => $"X-{number}: {number}")) : Pick(Headers));
                break;
            default:
                DamageHttp(draft);
                break;
        }
    }

    private void DamagePath(RequestDraft draft)
    {
        var parts = draft.Path.Split('/').ToList();
        var at = _random.Next(Math.Min(3, parts.Count - 1), parts.Count);
        switch (_random.Next(5))
        {
            case 0:
                parts.Insert(at, Pick(Values));
                break;
            case 1 when parts.Count > 4:
                parts.RemoveAt(at);
                break;
            case 2:
                parts[at] = new string('a', _random.Next(100, 7000));
                break;
            default:
                parts[at] = Pick(Values);
                break;
        }

        draft.Path = string.Join('/', parts);
    }

    private void DamageQuery(RequestDraft draft)
    {
        var name = Pick(draft.Names);
        draft.Query.Add(_random.Next(6) switch
        {
            0 => name,
            1 => $"={Pick(Values)}",
            2 => $"{name}={Pick(Values)}&{name}={Pick(Values)}",
            3 => $"{name.ToUpperInvariant()}={new string('9', _random.Next(1, 4000))}",
            4 => string.Join('&', Enumerable.Repeat($"{name}[]=1", _random.Next(1, 300))),
            _ => $"{name}={Pick(Values)}",
        });
    }

    private void DamageBody(RequestDraft draft)
    {
        draft.Body = _random.Next(9) switch
        {
            0 => Encoding.Latin1.GetBytes(Pick(Texts)),
            1 => Encoding.UTF8.GetBytes(new string('[', _random.Next(1, 100_000))),
            2 => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{}", _random.Next(1, 50_000)))}]"),
            3 => RandomBytes(_random.Next(0, 5000)),
            4 => draft.Body[..(draft.Body.Length / 2)],
            5 => Compressed(draft),
            6 when Chance(0.1) => RandomBytes((1 << 20) + 1),
            _ => Encoding.UTF8.GetBytes(Mutated(draft.Right)),
        };
    }

    private byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Compressed(RequestDraft draft)
    {
        draft.Headers.Add(Chance(0.5) ? "Content-Encoding: gzip" : "Content-Encoding: deflate");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(draft.Body);
        }

        return packed.ToArray()[..(int)(Chance(0.5) ? packed.Length / 2 : packed.Length)];
    }

    /// <summary>The JSON with one value of another type or size.</summary>
    private string Mutated(string right)
    {
        if (right.Length == 0)
        {
            return Pick(Texts);
        }

        var root = JsonNode.Parse(right);
        var places = new List<(JsonNode Parent, object Key)>();
        Collect(root, places);
        var (parent, key) = Pick(places);
        var changed = Strange();
        if (parent is JsonArray array)
        {
            array[(int)key] = changed;
        }
        else if (Chance(0.1))
        {
            parent.AsObject().Remove((string)key);
        }
        else
        {
            parent.AsObject()[Chance(0.1) ? $"{key}x" : (string)key] = changed;
        }

        return root!.ToJsonString();
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, object Key)> places)
    {
        if (node is JsonArray array)
        {
            places.AddRange(Enumerable.Range(0, array.Count).Select(index => ((JsonNode)array, (object)index)));
            array.ToList().ForEach(item => Collect(item, places));
        }
        else if (node is JsonObject members)
        {
            places.AddRange(members.Select(member => ((JsonNode)members, (object)member.Key)));
            members.ToList().ForEach(member => Collect(member.Value, places));
        }
    }

    private JsonNode? Strange() => _random.Next(14) switch
    {
        0 => null,
        1 => JsonNode.Parse("1e400"),
        2 => JsonNode.Parse("-1"),
        3 => JsonNode.Parse("9223372036854775807"),
        4 => JsonNode.Parse("1.5"),
        5 => JsonNode.Parse("[]"),
        6 => JsonNode.Parse("{}"),
        7 => JsonNode.Parse("[null]"),
        8 => JsonNode.Parse("[{}, null, [[]], \"x\"]"),
        9 => true,
        10 => "",
        11 => new string('x', _random.Next(1, 100_000)),
        12 => "../../etc/passwd\u0000",
        _ => new JsonArray([.. Enumerable.Repeat(0, _random.Next(1, 20_000)).Select(_ => (JsonNode)7)]),
    };

    private void DamageFraming(RequestDraft draft)
    {
        switch (_random.Next(7))
        {
            case 0:
                // More is announced than comes.
                (draft.Announced, draft.Ending) = (draft.Body.Length + _random.Next(1, 1 << 25), RequestEnding.HalfClose);
                break;
            case 1:
                (draft.Announced, draft.Ending) = (draft.Body.Length + 10, RequestEnding.Abort);
                break;
            case 2:
                // The rest is no request.
                draft.Announced = draft.Body.Length / 2;
                break;
            case 3:
                draft.Chunks = ["5\r\n", "2\r\n{}\r\n0\r\n\r\n"];
                (draft.Ending, draft.IsHttp) = (RequestEnding.HalfClose, false);
                break;
            case 4:
                draft.Chunks = [Pick(["zz\r\n", "-1\r\n", "FFFFFFFFFFFFFFFF\r\n", "\r\n", "2;x=\u0000\r\n{}\r\n", $"2{new string(';', 20_000)}\r\n"])];
                (draft.Ending, draft.IsHttp) = (RequestEnding.HalfClose, false);
                break;
            default:
                draft.Chunks = [.. Encoding.Latin1.GetString(draft.Body).Chunk(Math.Max(1, draft.Body.Length / 5)).Select(chunk => string.Create(CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n{new string(chunk)}\r\n")), "0\r\n\r\n"];
                break;
        }
    }

    private void DamageHttp(RequestDraft draft)
    {
        draft.IsHttp = false;
        switch (_random.Next(7))
        {
            case 0:
                draft.Version = Pick(["HTTP/9.9", "HTTP/1.0", "HTTP/2.0", "http/1.1", "", "HTTP/1.1 x"]);
                break;
            case 1:
                draft.Path = Pick(["*", "", "api/v1/sweeps", "http://other/api/v1/sweeps", "http://", "//api/v1/sweeps", "/api/v1/\u0000", "/api/v1/a b", $"/api/v1/{new string('x', 20_000)}", "/api/v1/sweeps#x"]);
                break;
            case 2:
                draft.Key = Pick(["Bearer", "Bearer ", "Basic eDp4", "Bearer a b", $"Bearer {new string('k', 9000)}", "\u00ff", "Bearer \u00ff", "Bearer x\r\nAuthorization: Bearer y", ","]);
                break;
            case 3:
                draft.Host = Pick(["", "\r\n", "a b", "[", "localhost:99999", $"{new string('h', 5000)}"]);
                break;
            case 4:
                (draft.Cut, draft.Ending) = (_random.NextDouble(), Pick([RequestEnding.HalfClose, RequestEnding.Abort]));
                break;
            default:
                draft.Headers.Add(Pick(BadHeaders));
                draft.Ending = RequestEnding.HalfClose;
                break;
        }
    }
}
