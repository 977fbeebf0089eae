using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace AmViz.Cluster.Console.Tests;

/// <summary>How the files of the console are served.</summary>
public sealed class ConsoleFilesTests : IAsyncLifetime
{
    private WebApplication? _app;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var web = WebApplication.CreateEmptyBuilder(new());
        web.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        web.Services.AddRoutingCore();
        _app = web.Build();
        _app.UseRouting();
        _app.MapAmVizConsole();
        await _app.StartAsync(Token);
    }

    public ValueTask DisposeAsync() => _app!.DisposeAsync();

    [Theory]
    [InlineData("console/", "text/html")]
    [InlineData("console/index.html", "text/html")]
    [InlineData("console/console.js", "text/javascript")]
    [InlineData("console/console.css", "text/css")]
    [InlineData("console/icon.svg", "image/svg+xml")]
    public async Task AFileIsSentOnceAndTrustsNobodyElse(string path, string type)
    {
        using var client = Client();
        using var answer = await client.GetAsync(path, Token);
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));

        client.DefaultRequestHeaders.IfNoneMatch.Add(answer.Headers.ETag!);
        using var again = await client.GetAsync(path, Token);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task TheScriptIsSmallAndSmallerOnTheWay()
    {
        using var client = Client();
        var whole = await client.GetByteArrayAsync("console/console.js", Token);
        Assert.InRange(whole.Length, 1, 60_000);
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        using var answer = await client.GetAsync("console/console.js", Token);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.InRange(answer.Content.Headers.ContentLength!.Value, 1, whole.Length / 2);
    }

    [Theory]
    [InlineData("console/packages.lock.json")]
    [InlineData("console/..%2Fappsettings.json")]
    [InlineData("console/%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("console/console.js/")]
    [InlineData("console/AmViz.Cluster.Console.dll")]
    public async Task NothingElseIsThere(string path)
    {
        using var client = Client();
        using var answer = await client.GetAsync(path, Token);
        Assert.True(answer.StatusCode == HttpStatusCode.NotFound || path.EndsWith('/'), $"{path}: {answer.StatusCode}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("console")]
    public async Task TheAddressOfTheServerAndThatWithoutTheSlashLeadToTheConsole(string path)
    {
        using var client = Client();
        using var answer = await client.GetAsync(path, Token);
        Assert.Equal((HttpStatusCode.Redirect, "console/"), (answer.StatusCode, answer.Headers.Location!.ToString()));
    }

    private HttpClient Client()
    {
        var address = _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new($"{address}/") };
    }
}
