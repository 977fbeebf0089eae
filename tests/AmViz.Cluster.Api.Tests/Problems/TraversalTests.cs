using System.Globalization;
using System.Text;

namespace AmViz.Cluster.Api.Tests.Problems;

/// <summary>Ways out of where a request belongs: through every parameter of every path that the document names, and after every path.</summary>
public sealed class TraversalTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] Ways =
        ["../", "../../../../../../", "..%2F", "..%2f..%2F", "%2E%2E/", "%2e%2e%2f%2e%2e%2f", "..%5C", "..\\", "%252e%252e%252f", "....//", "..;/", "./../", "%2F", "file:%2F%2F%2F", "..%C0%AF", "..%E2%88%95", "~%2F"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HundredsOfWaysOutOfEveryPathLeadNowhere()
    {
        var sweep = await host.DrawAsync(5);
        using var client = host.Client(AccessRole.Submit);
        var upload = (await ApiHost.ReadAsync(await client.PostAsync("/api/v1/uploads", content: null, Token))).GetProperty("id").GetString()!;
        var key = (await host.PathsAsync()).First(path => path.StartsWith("access/", StringComparison.Ordinal));
        string[] targets = [key, $"sweeps/{sweep}/sweep.json", "etc/passwd"];
        var before = await host.PathsAsync();
        var attempts = (await ApiContract.ReadAsync(client, Token)).SelectMany(operation => Attempts(operation, targets, sweep, upload)).Distinct().ToArray();
        Assert.True(attempts.Length >= 100, $"{attempts.Length} attempts.");
        var (wrong, named) = (new List<string>(), 0);
        foreach (var (method, path) in attempts)
        {
            var answer = await RawHttp.SendAsync(host.Address, new RawRequest(Request(method, path, sweep), RequestEnding.Whole, IsHttp: true), Token);
            // What is left of a way may be a name like any other: of a file of the upload, where it stays.
            var isName = answer.Status == 204 && method == "PUT" && path.Contains($"/uploads/{upload}/files/", StringComparison.Ordinal);
            named += isName ? 1 : 0;
            if ((answer.Status != 404 && !isName) || answer.Body.Contains("secretSha256", StringComparison.Ordinal) || answer.Body.Contains("root:", StringComparison.Ordinal))
            {
                wrong.Add($"{method} {path}: {answer.Head} {answer.Body}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        // Lines of the audit come meanwhile.
        Assert.All((await host.PathsAsync()).Except(before), path => Assert.True(path.StartsWith("audit/", StringComparison.Ordinal) || path.StartsWith($"uploads/{upload}/files/", StringComparison.Ordinal), path));
        Assert.Empty(before.Except(await host.PathsAsync()));
        TestContext.Current.TestOutputHelper?.WriteLine($"{attempts.Length} attempts, {attempts.Length - named} answered with 404, {named} names of files inside the upload");
    }

    private static IEnumerable<(string Method, string Path)> Attempts(ApiOperation operation, string[] targets, string sweep, string upload)
    {
        var parts = operation.Path.Split('/');
        var there = parts.Select(part => part switch
        {
            "{id}" => sweep,
            "{upload}" => upload,
            "{model}" => FakePlanner.Network.Name,
            "{layer}" => "logits",
            "{channel}" => "2",
            ['{', ..] => "x",
            _ => part,
        }).ToArray();
        foreach (var (number, way) in Ways.Index())
        {
            var target = targets[number % targets.Length];
            yield return (operation.Method, $"{string.Join('/', there)}/{way}{target}");
            for (var at = 0; at < parts.Length; at++)
            {
                if (parts[at].StartsWith('{'))
                {
                    yield return (operation.Method, string.Join('/', [.. there[..at], $"{way}{target}", .. there[(at + 1)..]]));
                }
            }
        }
    }

    /// <summary>A request with the body that its operation expects, since one that is wrong would be refused before its address is looked at.</summary>
    private byte[] Request(string method, string path, string sweep)
    {
        var (type, body) = (method, path) switch
        {
            ("PUT", _) when path.Contains("/files/", StringComparison.Ordinal) => ("application/octet-stream", "{}"),
            ("PATCH", _) => ("application/json", """{"priority": 1}"""),
            _ when path.EndsWith("/complete", StringComparison.Ordinal) => ("application/json", """{"model": "sent", "files": [{"name": "config.json", "bytes": 2, "sha256": "x"}]}"""),
            ("PUT", _) => ("application/json", FakePlanner.Spec(5)),
            ("POST", _) when !path.Contains(sweep, StringComparison.Ordinal) => ("application/json", FakePlanner.Spec(5)),
            _ => ("", ""),
        };
        var query = path.Contains("/files/", StringComparison.Ordinal) ? $"?offset=0&sha256={Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body)))}" : "";
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {path}{query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {host.KeyOf[AccessRole.Admin]}\r\n{(type.Length == 0 ? "" : $"Content-Type: {type}\r\n")}Content-Length: {body.Length}\r\n\r\n{body}"));
    }
}
