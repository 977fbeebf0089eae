using System.Text.Json;
using AmViz.Cluster.Api;
using AmViz.Cluster.Api.Tests;
using AmViz.Cluster.Http;
using Microsoft.Playwright;

namespace AmViz.Cluster.Console.Tests;

/// <summary>What people do in the console.</summary>
[Collection(ConsoleHost.OneAtATime)]
public sealed class ConsoleUseTests(ConsoleHost host)
{
    private const string KeyField = "Access key";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AWrongKeyIsRefusedAndARightOneStaysInTheTabUntilItLogsOut()
    {
        await using var watched = await host.OpenAsync("#/devices", role: null);
        var page = watched.Page;
        await LogInAsync(page, "amviz_000000000000_0");
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        Assert.Contains("key", await page.InnerTextAsync("[role=alert]"), StringComparison.OrdinalIgnoreCase);

        var key = host.Api.KeyOf[AccessRole.Read];
        await LogInAsync(page, key);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Devices" }).WaitForAsync();
        Assert.Equal(key, await page.EvaluateAsync<string>("sessionStorage.getItem('amviz.key')"));
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length"));
        Assert.Empty(await page.Context.CookiesAsync());
        Assert.DoesNotContain(key, page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(watched.Finished, request => request.Url.Contains(key, StringComparison.Ordinal));

        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.GetByLabel(KeyField).WaitForAsync();
        Assert.DoesNotContain(key, await page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage })"), StringComparison.Ordinal);
        // A refusal is all that a browser complains of.
        Assert.All(watched.Complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARevokedKeyBringsTheLoginBackWithTheReason()
    {
        var made = await host.Api.Keys.CreateAsync("soon", AccessRole.Read, lifetime: null, Token);
        await using var watched = await host.OpenWithAsync($"#/sweeps/{host.Small}", made.Text);
        await watched.Page.Locator(".connection.live").WaitForAsync();
        await host.Api.Keys.RevokeAsync(made.Key.Id, Token);
        await watched.Page.GetByLabel(KeyField).WaitForAsync();
        Assert.NotEqual("", await watched.Page.InnerTextAsync("[role=alert]"));
    }

    [Fact]
    public async Task ChangesAppearByThemselvesAndALostConnectionIsToldAndMadeAgain()
    {
        await using var watched = await host.OpenAsync("#/sweeps");
        var (page, tries, isCut) = (watched.Page, 0, true);
        await page.RouteAsync("**/events", route =>
        {
            tries++;
            return isCut ? route.AbortAsync() : route.ContinueAsync();
        });
        await page.GotoAsync(new Uri(host.Api.Address, $"console/#/sweeps/{host.Small}").ToString());
        await page.GetByText("Connection lost").WaitForAsync();
        isCut = false;
        await page.Locator(".connection.live").WaitForAsync();
        Assert.InRange(tries, 2, int.MaxValue);

        using var client = host.Api.Client(AccessRole.Submit);
        foreach (var (command, state) in new[] { ("pause", "paused"), ("resume", "running") })
        {
            await client.PostAsync($"/api/v1/sweeps/{host.Small}/{command}", content: null, Token);
            await page.Locator($"h1 .state.{state}").WaitForAsync();
        }
    }

    [Fact]
    public async Task WhileTheCoordinatorIsAwayNobodyIsLoggedOut()
    {
        await using var watched = await host.OpenAsync("#/devices", AccessRole.Read);
        var (page, isAway) = (watched.Page, true);
        await page.RouteAsync("**/api/v1/me", route => isAway ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());
        await page.ReloadAsync();
        await page.GetByText("The page asks again by itself.").WaitForAsync();
        Assert.Equal(host.Api.KeyOf[AccessRole.Read], await page.EvaluateAsync<string>("sessionStorage.getItem('amviz.key')"));
        isAway = false;
        await page.GetByRole(AriaRole.Heading, new() { Name = "Devices" }).WaitForAsync();
    }

    [Fact]
    public async Task APictureThatDidNotComeIsAskedForAgain()
    {
        await using var watched = await host.OpenAsync("#/devices");
        var (page, isAway) = (watched.Page, true);
        await page.Clock.InstallAsync();
        await page.RouteAsync("**/previews?**", route => isAway ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());
        await page.GotoAsync(new Uri(host.Api.Address, $"console/#/sweeps/{host.Big}").ToString());
        await page.GetByText("cannot be read").First.WaitForAsync();
        isAway = false;
        await page.Clock.FastForwardAsync(15_000);
        await page.Locator(".tiles img").First.WaitForAsync();
    }

    [Fact]
    public async Task ASpecBeginsOnlyAsItWasEstimated()
    {
        await using var watched = await host.OpenAsync("#/new", AccessRole.Submit);
        var page = watched.Page;
        var (estimate, begin) = (page.GetByRole(AriaRole.Button, new() { Name = "Estimate" }), page.GetByRole(AriaRole.Button, new() { Name = "Begin" }));
        Assert.True(await begin.IsDisabledAsync());

        await page.FillAsync("#spec", """{"models": [{"model": "nonet"}, {"model": "fakenet", "layers": [{"layer": "nolayer"}]}]}""");
        await estimate.ClickAsync();
        await page.Locator(".mistakes li").Nth(1).WaitForAsync();
        Assert.Contains("nonet", await page.InnerTextAsync(".mistakes"), StringComparison.Ordinal);

        await page.FillAsync("#spec", FakePlanner.Spec(78));
        await estimate.ClickAsync();
        await page.GetByText("Device hours").WaitForAsync();
        Assert.True(await begin.IsEnabledAsync());
        await page.FillAsync("#spec", FakePlanner.Spec(79));
        Assert.True(await begin.IsDisabledAsync());

        // No device to measure on is no reason not to draw.
        host.Api.Planner.Estimating = _ => Task.FromResult<EstimatedSweep?>(null);
        try
        {
            await estimate.ClickAsync();
            await page.GetByText("No estimate").WaitForAsync();
        }
        finally
        {
            host.Api.Planner.Estimating = null;
        }

        await begin.ClickAsync();
        await page.Locator("h1 .state").WaitForAsync();
        var id = page.Url.Split('/')[^1];
        using var client = host.Api.Client(AccessRole.Read);
        var status = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/sweeps/{id}", Token)).RootElement;
        Assert.Equal(79, status.GetProperty("steps").GetInt32());
    }

    [Fact]
    public async Task AKeyThatMayOnlyReadIsToldWhyItMayNotDoMore()
    {
        await using var watched = await host.OpenAsync($"#/sweeps/{host.Big}/failures", AccessRole.Read);
        var page = watched.Page;
        var retry = page.Locator(".failure").First.GetByRole(AriaRole.Button);
        Assert.True(await retry.IsDisabledAsync());
        Assert.Equal("The key 'Read' has the role read; this needs submit.", await retry.GetAttributeAsync("title"));
        Assert.Contains("this needs submit", await page.InnerTextAsync(".reason"), StringComparison.Ordinal);
        Assert.Empty(watched.Complaints);
    }

    [Theory]
    [InlineData("#/sweeps/BIG/failures")]
    [InlineData("#/new")]
    [InlineData("#/sweeps/BIG")]
    [InlineData("#/sweeps/BIG/layers/bignet/block_7.conv_2")]
    public async Task TheKeyboardReachesEverything(string hash)
    {
        await using var watched = await host.OpenAsync(hash.Replace("BIG", host.Big, StringComparison.Ordinal));
        var page = watched.Page;
        await page.Locator("main button, main .tile, main textarea").First.WaitForAsync();
        await watched.ReadyAsync();
        await page.EvaluateAsync(
            """
            document.querySelectorAll('a[href], button:not(:disabled), input, textarea').forEach(one => one.dataset.wanted = '1');
            addEventListener('focusin', event => delete event.target.dataset.wanted);
            """);
        var all = await page.Locator("[data-wanted]").CountAsync();
        for (var i = 0; i < all + 5; i++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.True(all > 5);
        Assert.Equal(0, await page.Locator("[data-wanted]").CountAsync());
        // By the link to the page itself past what all pages have.
        await page.Locator(".skip").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("content", await page.EvaluateAsync<string>("document.activeElement.id"));
    }

    private static async Task LogInAsync(IPage page, string key)
    {
        await page.GetByLabel(KeyField).FillAsync(key);
        await page.Keyboard.PressAsync("Enter");
    }
}
