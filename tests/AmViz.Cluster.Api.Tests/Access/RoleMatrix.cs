using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace AmViz.Cluster.Api.Tests.Access;

/// <summary>Every endpoint that the document of the API names, by everything that somebody may present.</summary>
internal sealed class RoleMatrix
{
    /// <summary>How lines of the audit begin in the log.</summary>
    public const string LogPrefix = "AmViz.Cluster.Api.Audit: ";

    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

    private readonly ApiHost _host;

    private RoleMatrix(ApiHost host, IReadOnlyList<Endpoint> endpoints, IReadOnlyList<Holder> holders) => (_host, Endpoints, Holders) = (host, endpoints, holders);

    public IReadOnlyList<Endpoint> Endpoints { get; }

    public IReadOnlyList<Holder> Holders { get; }

    /// <summary>Makes the keys and tokens, and waits until the one that is revoked has been so for a second.</summary>
    public static async Task<RoleMatrix> MakeAsync(ApiHost host, CancellationToken cancellationToken)
    {
        var expired = await host.Keys.CreateAsync("expired", AccessRole.Admin, TimeSpan.FromTicks(1), cancellationToken);
        var revoked = await host.Keys.CreateAsync("revoked", AccessRole.Admin, lifetime: null, cancellationToken);
        // Known to the coordinator as one that opens.
        using (var client = host.Client(revoked.Text))
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/devices", cancellationToken)).StatusCode);
        }

        await host.Keys.RevokeAsync(revoked.Key.Id, cancellationToken);
        var since = Stopwatch.StartNew();
        var keys = await host.Keys.ListAsync(cancellationToken).ToListAsync(cancellationToken);
        Holder[] holders =
        [
            new("none", null), new("garbage", "garbage"), new("a wrong secret", $"{host.KeyOf[AccessRole.Admin]}0"),
            new("an expired key", expired.Text) { Id = expired.Key.Id, Name = "expired" }, new("a key revoked a second ago", revoked.Text) { Id = revoked.Key.Id, Name = "revoked" },
            .. ClosedTokens(host.Issuer),
            .. host.KeyOf.Select(own => new Holder($"a key to {own.Key}", own.Value) { Id = keys.Single(key => key.Name == $"{own.Key}").Id, Name = $"{own.Key}", Role = own.Key }),
            new("a token to read", host.Issuer.Token("viewers")) { Kind = "Token", Id = "user-7", Name = "bob", Role = AccessRole.Read },
            new("a token to submit", host.Issuer.Token("drawers")) { Kind = "Token", Id = "user-7", Name = "bob", Role = AccessRole.Submit },
            new("a token to administer", host.Issuer.Token("keepers")) { Kind = "Token", Id = "user-7", Name = "bob", Role = AccessRole.Admin },
            new("a token of a stranger", host.Issuer.Token("strangers")) { Kind = "Token", Id = "user-7", Name = "bob", IsLetIn = true },
        ];
        var endpoints = await EndpointsAsync(host, cancellationToken);
        while (since.Elapsed < TimeSpan.FromSeconds(1))
        {
            await Task.Delay(20, cancellationToken);
        }

        return new(host, endpoints, holders);
    }

    /// <summary>A line as the log has it.</summary>
    public static string LogLineOf(AuditEntry entry) => Line(entry.Kind.ToString(), entry.Id, entry.Name, entry.Method, entry.Path, entry.Status);

    /// <summary>Asks for every endpoint with everything, one after the other.</summary>
    public async Task<IReadOnlyList<Answer>> AskAllAsync(CancellationToken cancellationToken)
    {
        var answers = new List<Answer>();
        foreach (var holder in Holders)
        {
            using var client = _host.Client(holder.Text);
            foreach (var endpoint in Endpoints)
            {
                answers.Add(await AskAsync(client, endpoint, holder, cancellationToken));
            }
        }

        return answers;
    }

    private static string Line(string kind, string id, string name, string method, string path, int status)
        => string.Create(CultureInfo.InvariantCulture, $"{LogPrefix}{kind} {id} ({name}): {method} {path} answered {status}.");

    private static IEnumerable<Holder> ClosedTokens(StandInIssuer issuer)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        yield return new("an expired token", issuer.Token("keepers", token => (token.NotBefore, token.Expires) = (now.AddHours(-2), now.AddHours(-1))));
        yield return new("a token of the future", issuer.Token("keepers", token => token.NotBefore = now.AddMinutes(30)));
        yield return new("a token for another audience", issuer.Token("keepers", token => token.Audience = "others"));
        yield return new("a token of another issuer", issuer.Token("keepers", token => token.Issuer = "http://127.0.0.1:1"));
        yield return new("an unsigned token", issuer.Token("keepers", token => token.SigningCredentials = null));
        yield return new("a token of an unknown key", issuer.Token("keepers", token => token.SigningCredentials = new(StandInIssuer.NewKey(), "ES256")));
    }

    private static async Task<IReadOnlyList<Endpoint>> EndpointsAsync(ApiHost host, CancellationToken cancellationToken)
    {
        using var client = host.Client(AccessRole.Read);
        var document = JsonDocument.Parse(await client.GetStringAsync("/api/v1/openapi.json", cancellationToken)).RootElement;
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name)
               select new Endpoint(operation.Name.ToUpperInvariant(), path.Name, Enum.Parse<AccessRole>(operation.Value.GetProperty("x-amviz-role").GetString()!, ignoreCase: true)),
        ];
    }

    private static async Task<Answer> AskAsync(HttpClient client, Endpoint endpoint, Holder holder, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new(endpoint.Method), endpoint.Address);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var kind = answer.IsSuccessStatusCode ? "" : (await ApiHost.ReadAsync(answer)).GetProperty("type").GetString()!;
        return new(endpoint, holder, (int)answer.StatusCode, kind);
    }

    /// <summary>An endpoint.</summary>
    public sealed record Endpoint(string Method, string Path, AccessRole Role)
    {
        /// <summary>Its path with ids of what there is not.</summary>
        public string Address => Path.Replace("{id}", "0123456789abcdef", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal);
    }

    /// <summary>What somebody presents.</summary>
    public sealed record Holder(string What, string? Text)
    {
        private readonly bool _isLetIn;

        /// <summary>What the audit calls it.</summary>
        public string Kind { get; init; } = "Key";

        /// <summary>The id that the audit knows.</summary>
        public string Id { get; init; } = "none";

        /// <summary>The name that the audit knows.</summary>
        public string Name { get; init; } = "none";

        /// <summary>What it opens; null: nothing.</summary>
        public AccessRole? Role { get; init; }

        /// <summary>Whether it is known whose it is, and it holds.</summary>
        public bool IsLetIn { get => _isLetIn || Role is not null; init => _isLetIn = value; }
    }

    /// <summary>What became of a request.</summary>
    public sealed record Answer(Endpoint Endpoint, Holder Holder, int Status, string Kind)
    {
        /// <summary>Whether it opened to whom it should. Nothing that the document names is answered as an address that there is not.</summary>
        public bool IsRight => !Holder.IsLetIn ? Status == 401 && Kind.EndsWith(":no-valid-key", StringComparison.Ordinal)
            : Holder.Role is not { } own || own < Endpoint.Role ? Status == 403 && Kind.EndsWith(":role-too-low", StringComparison.Ordinal)
            : Status is not (401 or 403) and < 500 && !Kind.EndsWith(":unknown-address", StringComparison.Ordinal);

        /// <summary>Whether it changed something, or was refused.</summary>
        public bool IsAudited => Endpoint.Method != "GET" || Status is 401 or 403;

        /// <summary>Its line in the log.</summary>
        public string LogLine => Line(Holder.Kind, Holder.Id, Holder.Name, Endpoint.Method, Endpoint.Address, Status);
    }
}
