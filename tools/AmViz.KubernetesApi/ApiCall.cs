using System.Net;
using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>A request, taken apart.</summary>
internal sealed record ApiCall
{
    private readonly HttpListenerRequest _request;

    private ApiCall(HttpListenerRequest request) => _request = request;

    public string Method => _request.HttpMethod;

    public string Path { get; private init; } = "";

    /// <summary>What kind of object it is about; null: about none.</summary>
    public ApiResource? Resource { get; private init; }

    public string Namespace { get; private init; } = "";

    /// <summary>Name of the object; empty: about all of them.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Who applies, in a server-side apply.</summary>
    public string? Applier => _request.ContentType?.Contains("apply-patch", StringComparison.Ordinal) is true ? Query("fieldManager") ?? "" : null;

    /// <summary>Whether it is a strategic merge patch, in which lists of named things are merged.</summary>
    public bool IsStrategic => _request.ContentType?.Contains("strategic-merge-patch", StringComparison.Ordinal) is true;

    /// <summary>Whether it is to be answered with what kubectl prints.</summary>
    public bool WantsTable => _request.Headers["Accept"]?.Contains("as=Table", StringComparison.Ordinal) is true;

    /// <summary>Whether it carries anything.</summary>
    public bool HasBody => _request.HasEntityBody;

    /// <summary>What of the object it is about, such as <c>log</c>; empty: the object itself.</summary>
    public string Subresource { get; private init; } = "";

    public static ApiCall Parse(HttpListenerRequest request)
    {
        var path = request.Url!.AbsolutePath.Trim('/');
        string[] parts = path.Split('/');
        var about = new ApiCall(request) { Path = path };
        var (version, rest) = parts switch
        {
            ["api", var only, .. var more] => (only, more),
            ["apis", var group, var one, .. var more] => ($"{group}/{one}", more),
            _ => ("", []),
        };
        var space = "";
        if (rest is ["namespaces", var name, _, ..])
        {
            (space, rest) = (name, rest[2..]);
        }

        var resource = rest.Length == 0 ? null : ApiResource.ByGroupVersion[version].FirstOrDefault(known => known.Plural == rest[0]);
        return resource is null
            ? about
            : about with { Resource = resource, Namespace = space, Name = rest.ElementAtOrDefault(1) ?? "", Subresource = rest.ElementAtOrDefault(2) is { } part and not "status" ? part : "" };
    }

    public string[] Queries(string name) => _request.QueryString.GetValues(name) ?? [];

    public string? Query(string name) => _request.QueryString[name];

    public async Task<JsonObject> BodyAsync()
    {
        using var bytes = new MemoryStream();
        await _request.InputStream.CopyToAsync(bytes);
        return ProtobufObject.Is(bytes.GetBuffer().AsSpan(0, (int)bytes.Length))
            ? ProtobufObject.Read(bytes.ToArray())
            : (JsonObject)JsonNode.Parse(bytes.ToArray())!;
    }

    /// <summary>Whether the selectors of the request mean an object.</summary>
    public bool Selects(JsonObject it)
        => Terms("labelSelector").All(term => Matches(term, label => (string?)it["metadata"]?["labels"]?[label]))
            && Terms("fieldSelector").All(term => Matches(term, field => (string?)field.Split('.').Aggregate((JsonNode?)it, (at, name) => at?[name])));

    private string[] Terms(string query) => (Query(query) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static bool Matches(string term, Func<string, string?> value)
    {
        if (term.Split("!=") is [var unlike, var not])
        {
            return value(unlike) != not;
        }

        if (term.Replace("==", "=", StringComparison.Ordinal).Split('=') is [var like, var wanted])
        {
            return value(like) == wanted;
        }

        return term.StartsWith('!') ? value(term[1..]) is null : value(term) is not null;
    }
}
