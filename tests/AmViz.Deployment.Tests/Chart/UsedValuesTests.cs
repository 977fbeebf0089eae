using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AmViz.Deployment.Tests.Chart;

/// <summary>No value that the schema accepts is ignored: another one makes other objects.</summary>
public sealed class UsedValuesTests
{
    /// <summary>What values are looked at with: both kinds of pools and of sweeps, and a time table.</summary>
    private const string Usual = """
        {
          "devicePools": [{"name": "cpu"}, {"name": "gpu", "device": "cuda"}],
          "sweeps": [
            {"name": "given", "spec": {"models": [{}]}},
            {"name": "alone", "kind": "cluster", "spec": {"models": [{}]}},
            {"name": "nightly", "schedule": "0 2 * * *", "spec": {"models": [{}]}}
          ]
        }
        """;

    private const string OtherRedis = """{"redis": {"own": {"enabled": false}, "existingSecret": "there"}}""";
    private const string Azure = """{"store": {"kind": "azure", "azure": {"container": "results", "existingSecret": "there"}}}""";
    private const string Identity = """{"store": {"kind": "azure", "azure": {"container": "results", "authentication": "workloadIdentity", "accountUrl": "https://a.example", "clientId": "one"}}}""";
    private const string Keda = """{"metrics": {"prometheusAddress": "http://a"}, "poolDefaults": {"autoscaling": {"kind": "keda"}}}""";
    private const string KnownKeda = """{"metrics": {"prometheusAddress": "http://a", "prometheusAuthentication": {"name": "there"}}, "poolDefaults": {"autoscaling": {"kind": "keda"}}}""";

    private const string ClusterIssuer = """{"cluster": {"tls": {"existingSecret": "", "certManager": {"enabled": true, "issuerRef": {"name": "there"}}}}}""";
    private const string ApiIssuer = """{"api": {"tls": {"certManager": {"enabled": true, "issuerRef": {"name": "there"}}}}}""";
    private const string Tokens = """{"api": {"oidc": {"issuer": "https://there.example", "audience": "there", "read": ["there"], "admin": ["there"]}}}""";
    private const string Ingress = """{"api": {"ingress": {"enabled": true, "hosts": ["there"]}}}""";
    private const string Route = """{"api": {"route": {"enabled": true, "parentRefs": [{"name": "there"}]}}}""";

    /// <summary>Values that only mean something beside others: what is set beside them, and what changes with them.</summary>
    private static readonly (string Paths, string Beside, string With)[] Companions =
    [
        ("^caBundle\\.key$", """{"caBundle": {"existingSecret": "there"}}""", "{}"),
        ("^proxy\\.noProxy$", """{"proxy": {"http": "http://a"}}""", "{}"),
        ("^cluster\\.tls\\.enabled$", """{"trial": true, "cluster": {"tls": {"enabled": false, "existingSecret": ""}}}""", """{"cluster": {"tls": {"existingSecret": "there"}}}"""),
        ("^cluster\\.tls\\.certManager\\.enabled$", "{}", """{"cluster": {"tls": {"existingSecret": ""}}}"""),
        ("^cluster\\.tls\\.certManager\\.(issuerRef|duration)", ClusterIssuer, "{}"),
        ("^api\\.service\\.(type|port|annotations)$", """{"api": {"service": {"enabled": true}}}""", "{}"),
        ("^api\\.service\\.loadBalancerSourceRanges$", """{"api": {"service": {"enabled": true, "type": "LoadBalancer"}}}""", "{}"),
        ("^api\\.ingress\\.enabled$", """{"api": {"ingress": {"hosts": ["there"]}}}""", "{}"),
        ("^api\\.(ingress\\.(?!enabled$)|paths$)", Ingress, "{}"),
        ("^api\\.route\\.enabled$", """{"api": {"route": {"parentRefs": [{"name": "there"}]}}}""", "{}"),
        ("^api\\.route\\.(?!enabled$)", Route, "{}"),
        ("^api\\.tls\\.certManager\\.enabled$", """{"api": {"tls": {"certManager": {"issuerRef": {"name": "there"}}}}}""", "{}"),
        ("^api\\.tls\\.certManager\\.(?!enabled$)", ApiIssuer, "{}"),
        ("^networkPolicy\\.apiFrom$", """{"api": {"service": {"enabled": true}}, "networkPolicy": {"metricsFrom": []}}""", "{}"),
        ("^api\\.oidc\\.issuer$", "{}", """{"api": {"oidc": {"audience": "there", "admin": ["there"]}}}"""),
        ("^api\\.oidc\\.", Tokens, "{}"),
        ("^redis\\.existingSecret", OtherRedis, "{}"),
        ("^redis\\.own\\.enabled$", "{}", """{"redis": {"existingSecret": "there"}}"""),
        ("^redis\\.own\\.password\\.key$", """{"redis": {"own": {"password": {"existingSecret": "there"}}}}""", "{}"),
        ("^store\\.kind$", "{}", Azure),
        ("^store\\.folder\\.accessMode$", """{"trial": true}""", "{}"),
        ("^store\\.azure\\.(accountUrl|clientId|tenantId)$", Identity, "{}"),
        ("^store\\.azure\\.(container|authentication|existingSecret|existingSecretKey|serviceVersion)$", Azure, "{}"),
        ("^metrics\\.monitor\\.(interval|labels)$", """{"metrics": {"monitor": {"kind": "podMonitor"}}}""", "{}"),
        ("^metrics\\.(queryLabels|kubernetesLabels|prometheusRule\\.(labels|runbookUrl|disabled))$", """{"metrics": {"prometheusRule": {"enabled": true}}}""", "{}"),
        ("^metrics\\.dashboard\\.(labels|annotations)$", """{"metrics": {"dashboard": {"enabled": true}}}""", "{}"),
        ("^metrics\\.prometheusAddress$", Keda, "{}"),
        ("^metrics\\.prometheusAuthentication\\.", KnownKeda, "{}"),
        ("\\.autoscaling\\.kind$", """{"metrics": {"prometheusAddress": "http://a"}}""", "{}"),
        ("\\.autoscaling\\.(?!kind$)", Keda, "{}"),
        ("^telemetry\\.(?!endpoint$)", """{"telemetry": {"endpoint": "http://a", "existingSecret": "there"}}""", "{}"),
        ("^dashboard\\.enabled$", """{"dashboard": {"existingSecret": "there"}}""", "{}"),
        ("^dashboard\\.existing", """{"dashboard": {"enabled": true, "existingSecret": "there"}}""", "{}"),
        ("^networkPolicy\\.(redisPort|outside)$", OtherRedis, "{}"),
    ];

    /// <summary>Another value of a name, where no other will do.</summary>
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["accountUrl"] = "\"https://other.example\"",
        ["endpoint"] = "\"http://other:4317\"",
        ["extraObjects"] = """[{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other"}}]""",
        ["issuer"] = "\"https://other.example\"",
        ["pool"] = "\"cpu\"",
        ["replicas"] = "5",
        ["resources"] = """{"requests": {"cpu": "3", "memory": "3Gi"}, "limits": {"memory": "5Gi"}}""",
        ["spec"] = """{"models": [{"model": "other"}]}""",
    };

    /// <summary>A text for every pattern of the schema.</summary>
    private static readonly string[] Texts =
        ["other", "Other", "/other", "24h", "http://other", "3Gi", "10s", "2026-01-01", "10.0.0.0/8", "bearer", "nvidia.com/mig-2g.20gb", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"];

    private static readonly JsonNode Schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Release.Folder, "values.schema.json")))!;
    private static readonly JsonObject Defaults = Manifests.Yaml.Read(File.ReadAllText(Path.Combine(Release.Folder, "values.yaml")))[0];

    [Fact]
    public async Task EveryValueThatIsChangedChangesAnObject()
        => Assert.Empty(await IgnoredAsync(Leaves(Schema, "").Where(leaf => leaf.Path.Split('.')[0] is not ("global" or "poolDefaults" or "sweepDefaults" or "devicePools" or "sweeps"))));

    [Fact]
    public async Task EveryValueOfAPoolThatIsChangedChangesAnObject()
        => Assert.Empty(await IgnoredAsync(Leaves(Items("devicePools"), "").Select(leaf => leaf with { Path = $"devicePools.{(leaf.Path == "workers" ? 0 : 1)}.{leaf.Path}" })));

    [Fact]
    public async Task EveryValueOfASweepThatIsChangedChangesAnObject()
        => Assert.Empty(await IgnoredAsync(Leaves(Items("sweeps"), "").Where(leaf => !leaf.Path.StartsWith("cluster.", StringComparison.Ordinal) && leaf.Path != "kind")
            .Select(leaf => leaf with { Path = $"sweeps.{(leaf.Path == "timeZone" ? 2 : 0)}.{leaf.Path}" })));

    [Fact]
    public async Task EveryValueOfTheSilosOfASweepThatIsChangedChangesAnObject()
        => Assert.Empty(await IgnoredAsync(Leaves(Items("sweeps")["properties"]!["cluster"]!, "").Select(leaf => leaf with { Path = $"sweeps.1.cluster.{leaf.Path}", Beside = leaf.Path.StartsWith("gpu.", StringComparison.Ordinal) ? """{"poolDefaults": {"device": "cuda"}}""" : "{}" })));

    [Fact]
    public async Task WhatThePoolDefaultsSayAPoolSays()
    {
        var other = OtherValues(Items("devicePools"), "poolDefaults", "name", "image.digest");
        Assert.Equal(await TextAsync(Pools(other, [])), await TextAsync(Pools([], other)));

        static JsonObject Pools(JsonObject defaults, JsonObject own)
            => Merged(JsonNode.Parse(Keda)!.AsObject(), new JsonObject { ["poolDefaults"] = defaults.DeepClone(), ["devicePools"] = new JsonArray(Merged(new JsonObject { ["name"] = "one" }, own)) });
    }

    [Fact]
    public async Task WhatTheSweepDefaultsSayASweepSays()
    {
        var other = OtherValues(Items("sweeps"), "sweepDefaults", "name", "spec", "kind", "cluster");
        Assert.Equal(await TextAsync(Sweeps(other, [])), await TextAsync(Sweeps([], other)));

        var silos = new JsonObject { ["cluster"] = OtherValues(Items("sweeps")["properties"]!["cluster"]!, "poolDefaults", "image.digest") };
        var cluster = new JsonObject { ["kind"] = "cluster" };
        Assert.Equal(await TextAsync(Sweeps(Merged(cluster, silos), [])), await TextAsync(Sweeps([], Merged(cluster, silos))));

        static JsonObject Sweeps(JsonObject defaults, JsonObject own) => new()
        {
            // They ask for what a sweep asks for that is submitted.
            ["tests"] = new JsonObject { ["enabled"] = false },
            ["sweepDefaults"] = defaults.DeepClone(),
            ["sweeps"] = new JsonArray(Merged(JsonNode.Parse("""{"name": "one", "spec": {"models": [{}]}}""")!.AsObject(), own)),
        };
    }

    private static async Task<IReadOnlyList<string>> IgnoredAsync(IEnumerable<Leaf> leaves)
    {
        var usual = new ConcurrentDictionary<string, Task<string>>(StringComparer.Ordinal);
        var ignored = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        var changes = leaves.Select(Change.Of).ToList();
        var found = await ToldByNameAsync(changes);
        await Parallel.ForEachAsync(changes.Where(change => !found.Contains(change.Path)), options, async (change, _) =>
        {
            var after = change.Begin();
            Set(after, change.Path, Another(change.Leaf.Schema, change.Path, At(change.Before, change.Path) ?? Default(change.Path)));
            if (await usual.GetOrAdd(change.Before.ToJsonString(), TextAsync) == await TextAsync(after.ToJsonString()))
            {
                ignored.Add(change.Path);
            }
        });
        return [.. ignored.Order(StringComparer.Ordinal)];
    }

    /// <summary>Values that a text of their own can be given, and that reach an object with it: many are seen by one rendering.</summary>
    private static async Task<IReadOnlySet<string>> ToldByNameAsync(IReadOnlyList<Change> changes)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var alike in changes.GroupBy(change => change.Begin().ToJsonString(), StringComparer.Ordinal))
        {
            var after = alike.First().Begin();
            var named = alike.Select((change, i) => (change.Path, Name: FormattableString.Invariant($"mark{i}x"), change.Leaf.Schema))
                .Where(change => Named(change.Schema, change.Path, change.Name) is { } value && Apply(after, change.Path, value)).ToList();
            var run = named.Count > 1 ? await Release.TryAsync(after.ToJsonString()) : null;
            found.UnionWith(run is { Code: 0 } ? named.Where(change => run.Output.Contains(change.Name, StringComparison.Ordinal)).Select(change => change.Path) : []);
        }

        return found;

        static bool Apply(JsonObject values, string path, JsonNode value)
        {
            Set(values, path, value);
            return true;
        }
    }

    // Null where the schema does not take any text.
    private static JsonNode? Named(JsonNode schema, string path, string name) => (Type(schema), schema) switch
    {
        _ when Others.ContainsKey(path.Split('.')[^1]) || schema["enum"] is not null || schema["anyOf"] is not null => null,
        ("string", _) => IsMatch(name, (string?)schema["pattern"] ?? "") && name.Length <= ((int?)schema["maxLength"] ?? int.MaxValue) ? name : null,
        ("array", _) => Named(Resolved(schema["items"]!), path, name) is { } item ? new JsonArray(item) : null,
        ("object", _) when schema["required"] is null && schema["propertyNames"] is null && schema["properties"] is null => new JsonObject { [name] = "thing" },
        _ => null,
    };

    private static Task<string> TextAsync(JsonObject values) => TextAsync(values.ToJsonString());

    private static async Task<string> TextAsync(string values)
    {
        var run = await Release.TryAsync(values);
        return run.Code == 0 ? run.Output : throw new InvalidOperationException($"{values}: {run.Errors}");
    }

    /// <summary>All values of a schema, each another than its default.</summary>
    private static JsonObject OtherValues(JsonNode schema, string defaults, params string[] but)
    {
        var others = new JsonObject();
        foreach (var leaf in Leaves(schema, "").Where(leaf => !but.Contains(leaf.Path) && !but.Contains(leaf.Path.Split('.')[0])))
        {
            Set(others, leaf.Path, Another(leaf.Schema, leaf.Path, At(Defaults, $"{defaults}.{leaf.Path}")));
        }

        return others;
    }

    private static JsonNode Items(string list) => Schema["properties"]![list]!["items"]!;

    private static IEnumerable<Leaf> Leaves(JsonNode schema, string path)
        => schema["properties"]!.AsObject().SelectMany(property => Resolved(property.Value!) is var it && it["properties"] is not null && it["required"] is null
            ? Leaves(it, $"{path}{property.Key}.")
            : [new Leaf($"{path}{property.Key}", it, "{}")]);

    private static JsonNode Resolved(JsonNode schema) => (string?)schema["$ref"] is { } name ? Schema["definitions"]![name.Split('/')[^1]]! : schema;

    private static JsonNode Another(JsonNode schema, string path, JsonNode? current)
    {
        if (Others.TryGetValue(path.Split('.')[^1], out var other))
        {
            return JsonNode.Parse(other)!;
        }

        if (schema["enum"] is JsonArray words)
        {
            return words.First(word => !JsonNode.DeepEquals(word, current))!.DeepClone();
        }

        if (schema["anyOf"] is JsonArray kinds)
        {
            return Another(kinds.First(kind => (string?)kind!["type"] == "integer")!, path, current);
        }

        return Type(schema) switch
        {
            "boolean" => !(current is JsonValue truth && truth.TryGetValue<bool>(out var yes) && yes),
            "integer" => Math.Max((int?)schema["minimum"] ?? 0, current is JsonValue number && number.TryGetValue<int>(out var count) ? count : 1) + 1,
            "string" => Texts.First(text => text != (string?)current && IsMatch(text, (string?)schema["pattern"] ?? "") && text.Length <= ((int?)schema["maxLength"] ?? int.MaxValue)),
            "array" => new JsonArray(Another(Resolved(schema["items"]!), path, null)),
            _ => AnotherObject(schema, path),
        };
    }

    private static JsonObject AnotherObject(JsonNode schema, string path)
        => schema["required"] is JsonArray required ? new(required.Select(name => KeyValuePair.Create((string)name!, (JsonNode?)Another(Resolved(schema["properties"]![(string)name!]!), path, null))))
            : schema["propertyNames"]?["enum"] is JsonArray names ? new() { [(string)names[0]!] = new JsonObject { ["other"] = "thing" } }
            : new() { ["other"] = "thing" };

    private static bool IsMatch(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static string? Type(JsonNode schema) => schema["type"] is JsonArray several ? (string?)several[0] : (string?)schema["type"];

    /// <summary>What values.yaml says; of a pool or a sweep, what its defaults say.</summary>
    private static JsonNode? Default(string path) => At(Defaults, path.Split('.') switch
    {
        ["devicePools", _, .. var rest] => $"poolDefaults.{string.Join('.', rest)}",
        ["sweeps", _, "cluster", not "pods", ..] => $"poolDefaults.{string.Join('.', path.Split('.')[3..])}",
        ["sweeps", _, .. var rest] => $"sweepDefaults.{string.Join('.', rest)}",
        _ => path,
    });

    private static JsonNode? At(JsonNode values, string path)
        => path.Split('.').Aggregate((JsonNode?)values, (at, part) => at is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : (at as JsonObject)?[part]);

    private static void Set(JsonObject values, string path, JsonNode value)
    {
        var parts = path.Split('.');
        JsonNode at = values;
        foreach (var part in parts[..^1])
        {
            at = at is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : at[part] ??= new JsonObject();
        }

        at[parts[^1]] = value;
    }

    private static JsonObject Merged(JsonObject values, JsonObject more)
    {
        var merged = (JsonObject)values.DeepClone();
        foreach (var (key, value) in more)
        {
            merged[key] = merged[key] is JsonObject below && value is JsonObject given ? Merged(below, given) : value?.DeepClone();
        }

        return merged;
    }

    private sealed record Leaf(string Path, JsonNode Schema, string Beside);

    /// <summary>A value that is to be changed, with what stands beside it.</summary>
    private sealed record Change(Leaf Leaf, JsonObject Before, string With)
    {
        public string Path => Leaf.Path;

        public static Change Of(Leaf leaf)
        {
            var companion = Companions.FirstOrDefault(it => IsMatch(leaf.Path, it.Paths), (Paths: "", Beside: "{}", With: "{}"));
            return new(leaf, new[] { companion.Beside, leaf.Beside }.Aggregate((JsonObject)JsonNode.Parse(Usual)!, (values, more) => Merged(values, JsonNode.Parse(more)!.AsObject())), companion.With);
        }

        public JsonObject Begin() => Merged(Before, JsonNode.Parse(With)!.AsObject());
    }
}
