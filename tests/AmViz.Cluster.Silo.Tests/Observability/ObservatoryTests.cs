using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Silo.Tests.Observability;

public sealed class ObservatoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASiloThatHasNotJoinedIsNeitherStartedNorReadyButAlive()
    {
        await using var observatory = await Start();
        Assert.Equal((503, 503, 200), await Ask(observatory));
    }

    [Fact]
    public async Task AMemberIsReadyUntilItIsToldToLeave()
    {
        await using var observatory = await Start();
        observatory.Life.Join();
        Assert.Equal((200, 200, 200), await Ask(observatory));
        observatory.Life.Drain();
        Assert.Equal((200, 503, 200), await Ask(observatory));
        Assert.Contains("told to leave", await Why(observatory, "ready"), StringComparison.Ordinal);
        observatory.Life.Join();
        Assert.Equal(503, await Ask(observatory, "ready"));
    }

    [Fact]
    public async Task ASiloThatWasDeclaredDeadIsReadyAgainWhenItHasJoinedAgain()
    {
        await using var observatory = await Start();
        observatory.Life.Join();
        observatory.Life.Evict();
        Assert.Equal((200, 503, 200), await Ask(observatory));
        Assert.Contains("declared the silo dead", await Why(observatory, "ready"), StringComparison.Ordinal);
        observatory.Life.Join();
        Assert.Equal((200, 200, 200), await Ask(observatory));
    }

    [Fact]
    public async Task APortThatIsTakenIsToldWithWhatToDo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<HttpPortException>(() => Observatory.StartAsync(new() { HttpPort = port, HttpAddress = IPAddress.Loopback }, Token));
        Assert.Contains($"{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("--http-port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAPortNothingIsOpened()
    {
        await using var observatory = await Observatory.StartAsync(new(), Token);
        Assert.Null(observatory.Address);
    }

    [Fact]
    public async Task WithACertificateThePortSpeaksHttpsAndShowsTheNewOneOnceItHasChanged()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        var clock = new FakeTimeProvider();
        authority.Issue(folder.Path);
        var certificate = HttpCertificate.Open(folder.Path, clock, _ => { });
        await using var observatory = await Observatory.StartAsync(new() { HttpPort = 0, HttpAddress = IPAddress.Loopback, Certificate = certificate }, Token);
        Assert.Equal("https", observatory.Address!.Scheme);
        var first = await Shown(observatory);
        Assert.Equal(certificate.Current.Thumbprint, first);

        var before = File.GetLastWriteTimeUtc(folder.At("tls.crt"));
        authority.Issue(folder.Path);
        File.SetLastWriteTimeUtc(folder.At("tls.crt"), before.AddSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first, await Shown(observatory));
    }

    [Fact]
    public async Task AuthoritiesBetweenTheCertificateAndOneThatIsKnownAreSentAlong()
    {
        using var folder = new TemporaryFolder();
        using var root = new TestAuthority();
        using var between = new TestAuthority(root);
        between.Issue(folder.Path);
        await File.AppendAllTextAsync(folder.At("tls.crt"), $"\n{between.Pem}", Token);
        var certificate = HttpCertificate.Open(folder.Path, TimeProvider.System, _ => { });
        await using var observatory = await Observatory.StartAsync(new() { HttpPort = 0, HttpAddress = IPAddress.Loopback, Certificate = certificate }, Token);

        // Who knows the root alone gets the rest from the silo.
        SslPolicyErrors? found = null;
        using var known = X509Certificate2.CreateFromPem(root.Pem);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { known } };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => (found = errors) is not null;
        using var client = new HttpClient(handler) { BaseAddress = observatory.Address };
        using var answer = await client.GetAsync("health/live", Token);
        Assert.Equal(SslPolicyErrors.None, found);
    }

    [Fact]
    public async Task MetricsTellWhenTheCertificateInForceExpires()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        var clock = new FakeTimeProvider();
        var (soon, later) = (TimeProvider.System.GetUtcNow().AddDays(3), TimeProvider.System.GetUtcNow().AddDays(90));
        authority.Issue(folder.Path, expires: soon);
        var certificate = HttpCertificate.Open(folder.Path, clock, _ => { });
        await using var observatory = await Observatory.StartAsync(new() { HttpPort = 0, HttpAddress = IPAddress.Loopback, Certificate = certificate }, Token);
        Assert.Equal(soon.ToUnixTimeSeconds(), await Expiration(observatory));

        var before = File.GetLastWriteTimeUtc(folder.At("tls.crt"));
        authority.Issue(folder.Path, expires: later);
        File.SetLastWriteTimeUtc(folder.At("tls.crt"), before.AddSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        await LivingSilo.UntilAsync(async () => await Expiration(observatory) == later.ToUnixTimeSeconds(), "what was cached a moment ago to be gone");
    }

    private static async Task<double> Expiration(Observatory observatory)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var client = new HttpClient(handler) { BaseAddress = observatory.Address };
        return new Scrape(await client.GetStringAsync("metrics", Token)).Sum("amviz_certificate_expiration_timestamp_seconds", "port", "http");
    }

    /// <summary>Thumbprint of the certificate that a client sees.</summary>
    private static async Task<string?> Shown(Observatory observatory)
    {
        string? shown = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = certificate?.GetCertHashString()) is not null;
        using var client = new HttpClient(handler) { BaseAddress = observatory.Address };
        using var answer = await client.GetAsync("/health/live", Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return shown;
    }

    private static Task<Observatory> Start() => Observatory.StartAsync(new() { HttpPort = 0, HttpAddress = IPAddress.Loopback }, Token);

    private static async Task<(int Startup, int Ready, int Live)> Ask(Observatory observatory)
        => (await Ask(observatory, "startup"), await Ask(observatory, "ready"), await Ask(observatory, "live"));

    private static async Task<int> Ask(Observatory observatory, string check)
    {
        using var client = new HttpClient { BaseAddress = observatory.Address };
        using var answer = await client.GetAsync($"/health/{check}", Token);
        return (int)answer.StatusCode;
    }

    private static async Task<string> Why(Observatory observatory, string check)
    {
        using var client = new HttpClient { BaseAddress = observatory.Address };
        using var answer = await client.GetAsync($"/health/{check}", Token);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("why")[0].GetString()!;
    }
}
