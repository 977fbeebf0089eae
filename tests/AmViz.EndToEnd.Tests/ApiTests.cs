using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AmViz.EndToEnd.Tests.Cluster;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>One process as a whole cluster, used over HTTP alone.</summary>
public sealed partial class ApiTests(CommandProcesses commands) : IDisposable
{
    private const string Spec = """
        models:
        - model: texturenet
          layers:
          - { layer: conv_pw_3_bn, channels: 0-3 }
          - { layer: logits, channels: 0-3 }
        recipe: { name: paper, steps: 24, size: 64 }
        """;

    private const string StoredSpec = """
        models:
        - model: mynet
          layers:
          - { layer: conv_pw_3_bn, channels: 0-16 }
          - { layer: conv_pw_4_bn, channels: 0-16 }
        recipe: { name: paper, steps: 8, size: 48 }
        """;

    private static readonly string[] StoredOptions = ["--layer", "conv_pw_3_bn,conv_pw_4_bn", "--channels", "0-16", "--steps", "8", "--size", "48"];

    private static readonly string Amviz = AmVizProcess.Built("AmViz.Cli", "amviz");

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASweepThatIsSubmittedAndFetchedOverHttpIsThatOfTheCommandLine()
    {
        using var silo = Start();
        using var client = await ClientAsync(silo, FirstKey(silo, await ReadyAsync(silo)));
        using var submitted = await SubmitAsync(client);
        Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
        var events = await client.GetStringAsync($"{submitted.Headers.Location}/events", Token);
        Assert.Contains("\"state\":\"finished\"", events, StringComparison.Ordinal);

        var drawn = await FetchAsync(client, $"{submitted.Headers.Location}");
        Assert.Equal(8, drawn.Count);
        await AssertAsUndisturbedAsync(drawn);
        silo.Terminate();
        Assert.Equal(0, await silo.ExitCodeAsync());
    }

    [Fact]
    public async Task AKilledProcessGoesOnWithItsSweepsWhenItIsStartedAgain()
    {
        string key;
        using (var killed = Start())
        {
            key = FirstKey(killed, await ReadyAsync(killed));
            using var first = await ClientAsync(killed, key);
            using var submitted = await SubmitAsync(first);
            Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
            await killed.KillAsync();
        }

        using var silo = Start();
        await ReadyAsync(silo);
        // The store has a key: no other is made.
        Assert.DoesNotContain("amviz_", silo.Output, StringComparison.Ordinal);
        using var client = await ClientAsync(silo, key);
        var id = JsonDocument.Parse(await client.GetStringAsync("/api/v1/sweeps", Token)).RootElement.GetProperty("sweeps")[0].GetProperty("id").GetString();
        Assert.Contains("\"state\":\"finished\"", await client.GetStringAsync($"/api/v1/sweeps/{id}/events", Token), StringComparison.Ordinal);
        await AssertAsUndisturbedAsync(await FetchAsync(client, $"/api/v1/sweeps/{id}"));
    }

    /// <summary>Besides an address, a key is all that a client needs.</summary>
    [Fact]
    public async Task AClientThatReachesOnePortAndHasAKeyAloneHasAStoredNetworkDrawnAsARunWithItsWeights()
    {
        using var silo = Start();
        var admin = FirstKey(silo, await ReadyAsync(silo));
        var address = Address().Match(silo.Output).Value.TrimEnd('/');
        await using var network = await OnePortNetwork.CreateAsync(new Uri(address).Port, Token);
        var weights = new ChangedNetwork(_folder.At("mynet"));
        var pushed = await commands.RunAsync(
            _folder.Path, new Dictionary<string, string>(StringComparer.Ordinal) { ["AMVIZ_KEY"] = admin }, ["models", "push", "--weights", weights.Path, "--cluster", address]);
        Assert.True(pushed.Code == 0, pushed.Error);
        var made = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, ["keys", "create", "alice", "--role", "submit", "--store", $"folder:{_folder.At("store")}", "--json"]);
        await File.WriteAllTextAsync(_folder.At("sweep.yaml"), StoredSpec, Token);
        Directory.CreateDirectory(_folder.At("home"));

        using var client = Enter(network, made.Json.GetProperty("text").GetString()!, Amviz, "sweep", "submit", _folder.At("sweep.yaml"), "--wait", "--cluster", address);
        var variables = await client.EnvironmentAsync();
        Assert.True(await client.ExitCodeAsync() == 0, $"{client.Error}{client.Output}{silo.Error}");
        Assert.Equal(["AMVIZ_KEY", "HOME", "PATH"], variables.Except(["DOTNET_ROOT"]).Order(StringComparer.Ordinal));
        Assert.Contains("34 rendered, 0 skipped, 0 failed", client.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.At("home"), "*", SearchOption.AllDirectories));
        await AssertReachesNoOtherPortAsync(network, address);

        var run = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, ["run", "--weights", weights.Path, .. StoredOptions, "--device", "cpu", "--out", "undisturbed", "--json"]);
        Assert.True(run.Code == 0, run.Error);
        var drawn = Pictures("store");
        Assert.Equal(34, drawn.Count);
        Assert.Equal(Pictures("undisturbed"), drawn);
    }

    public void Dispose() => _folder.Dispose();

    private AmVizProcess Start() => AmVizProcess.Start(
        _folder.Path, AmVizProcess.OneThread, "silo", "--role", "all", "--device", "cpu", "--http-port", "0", "--http-address", "127.0.0.1", "--store", $"folder:{_folder.At("store")}");

    /// <summary>Starts a program on the other machine; its environment is what is named here.</summary>
    private AmVizProcess Enter(OnePortNetwork network, string key, params string[] words)
    {
        string[] variables = [$"PATH={Environment.GetEnvironmentVariable("PATH")}", $"HOME={_folder.At("home")}", $"AMVIZ_KEY={key}"];
        string[] runtime = Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root ? [$"DOTNET_ROOT={root}"] : [];
        return AmVizProcess.StartProgram(network.Enter[0], _folder.Path, AmVizProcess.OneThread, [.. network.Enter.Skip(1), "env", "-i", .. variables, .. runtime, .. words]);
    }

    /// <summary>That something listens here is seen from here; from there only one port answers.</summary>
    private async Task AssertReachesNoOtherPortAsync(OnePortNetwork network, string address)
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        using (var here = new TcpClient())
        {
            await here.ConnectAsync(IPAddress.Loopback, port, Token);
        }

        (string Host, int Port, bool Answers)[] tries = [("127.0.0.1", new Uri(address).Port, true), ("127.0.0.1", port, false), .. OwnAddresses().Select(own => ($"{own}", port, false))];
        foreach (var (host, number, answers) in tries)
        {
            using var connecting = Enter(network, "none", "bash", "-c", FormattableString.Invariant($"exec 3<>/dev/tcp/{host}/{number}"));
            Assert.True((await connecting.ExitCodeAsync() == 0) == answers, $"{host}:{number} {connecting.Error}");
        }
    }

    /// <summary>Addresses of this machine in networks; the name of a machine may stand for its loopback address, or for nothing.</summary>
    private static IEnumerable<IPAddress> OwnAddresses() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network is { OperationalStatus: OperationalStatus.Up } and not { NetworkInterfaceType: NetworkInterfaceType.Loopback })
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(own => own.Address)
        .Where(own => own.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(own))
        .Take(1);

    /// <summary>Hashes of all pictures in a store, by path.</summary>
    private SortedDictionary<string, string> Pictures(string store) => new(
        Directory.EnumerateFiles(_folder.At(store, "results"), "*.png", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(_folder.At(store), file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), StringComparer.Ordinal), StringComparer.Ordinal);

    private static async Task<string> ReadyAsync(AmVizProcess silo)
    {
        await silo.UntilAsync("ready", () => silo.Output.Contains("ready    ", StringComparison.Ordinal));
        return silo.Output;
    }

    private static string FirstKey(AmVizProcess silo, string output)
    {
        Assert.DoesNotContain("amviz_0", silo.Error, StringComparison.Ordinal);
        return Key().Match(output).Value;
    }

    private static async Task<HttpClient> ClientAsync(AmVizProcess silo, string key)
    {
        var client = new HttpClient { BaseAddress = new(Address().Match(silo.Output).Value), Timeout = TimeSpan.FromMinutes(5) };
        using var closed = await client.GetAsync("/api/v1/sweeps", Token);
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient client)
        => client.PostAsync("/api/v1/sweeps", new StringContent(Spec, Encoding.UTF8, "application/yaml"), Token);

    /// <summary>All pictures of a sweep, by path.</summary>
    private static async Task<SortedDictionary<string, byte[]>> FetchAsync(HttpClient client, string sweep)
    {
        var pictures = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var row in JsonDocument.Parse(await client.GetStringAsync($"{sweep}/manifest", Token)).RootElement.GetProperty("rows").EnumerateArray())
        {
            var path = row.GetProperty("picture").GetString()!;
            pictures[path] = await client.GetByteArrayAsync($"{sweep}/pictures/{path.Replace("%", "%25", StringComparison.Ordinal)}", Token);
        }

        return pictures;
    }

    private async Task AssertAsUndisturbedAsync(SortedDictionary<string, byte[]> drawn)
    {
        await File.WriteAllTextAsync(_folder.At("spec.yaml"), Spec, Token);
        var run = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, ["run", "spec.yaml", "--device", "cpu", "--out", "undisturbed", "--json"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(8, drawn.Count);
        Assert.All(drawn, picture => Assert.Equal(File.ReadAllBytes(_folder.At("undisturbed", picture.Key)), picture.Value));
    }

    [GeneratedRegex("(?<=^key +)amviz_\\w+", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();

    [GeneratedRegex("(?<=^http +)http://[0-9.:]+/", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
