using System.Diagnostics;
using System.Text.Json;
using AmViz.Cluster.Api;
using AmViz.Cluster.Api.Tests;
using Microsoft.Playwright;

namespace AmViz.Cluster.Console.Tests;

/// <summary>Every page, with a sweep of 100,000 channels of which 10,000 have no picture.</summary>
[Collection(ConsoleHost.OneAtATime)]
public sealed class BigSweepPagesTests(ConsoleHost host)
{
    private const long MostBytes = 1_000_000;
    private const int MostElements = 5000;
    private const int Phone = 390;

    // A page of pictures has some fifty near the screen.
    private const int MostAnswers = 80;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("#/sweeps", "table")]
    [InlineData("#/sweeps/BIG", ".tiles img")]
    [InlineData("#/sweeps/SMALL", ".facts")]
    [InlineData("#/sweeps/BIG/layers", ".strip img")]
    [InlineData("#/sweeps/BIG/layers/bignet/block_7.conv_2", ".tiles img")]
    [InlineData("#/sweeps/BIG/pictures", ".tiles img")]
    [InlineData("#/sweeps/BIG/failures", ".failure")]
    [InlineData("#/sweeps/BIG/tasks?state=failed", "table")]
    [InlineData("#/sweeps/BIG/tasks/bignet/block_7.conv_2/11?seed=0", ".large img")]
    [InlineData("#/sweeps/BIG/timeline", ".chart path")]
    [InlineData("#/devices", "table")]
    [InlineData("#/new", "textarea")]
    public async Task APageIsSmallAccessibleAndFitsAPhone(string hash, string content)
    {
        var watched = await host.VisitAsync(hash.Replace("BIG", host.Big, StringComparison.Ordinal).Replace("SMALL", host.Small, StringComparison.Ordinal));
        var page = watched.Page;
        await page.Locator(content).First.WaitForAsync();
        await watched.ReadyAsync();
        var seconds = await watched.SecondsAsync();
        var (bytes, elements) = (await watched.BytesAsync(), await page.EvaluateAsync<int>("document.querySelectorAll('*').length"));
        var answers = watched.Finished.Count(request => request.Url.Contains("/api/v1/", StringComparison.Ordinal));
        await ShootAsync(page, hash, "light");
        await Accessibility.IsCleanAsync(page);
        await ShootAsync(page, hash, "dark");
        await page.SetViewportSizeAsync(Phone, 800);
        Assert.Equal(Phone, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await ShootAsync(page, hash, "phone");

        TestContext.Current.TestOutputHelper?.WriteLine($"{hash}: {seconds:F2} s, {bytes:N0} bytes, {elements} elements, {answers} answers of the API");
        Assert.InRange(bytes, 1, MostBytes);
        Assert.InRange(elements, 1, MostElements);
        Assert.InRange(answers, 1, MostAnswers);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task TheLoginAndTheQuestionBeforeAnEndAreAccessible()
    {
        await using var login = await host.OpenAsync("#/sweeps", role: null);
        await Accessibility.IsCleanAsync(login.Page);
        await ShootAsync(login.Page, "login", "dark");

        await using var question = await host.OpenAsync($"#/sweeps/{host.Small}");
        await question.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await question.Page.GetByRole(AriaRole.Button, new() { Name = "Yes", Exact = true }).WaitForAsync();
        await Accessibility.IsCleanAsync(question.Page);
        await ShootAsync(question.Page, "question", "dark");
    }

    [Fact]
    public async Task WhatHasNoErrorIsListedWithoutWhatHasOne()
    {
        await using var watched = await host.OpenAsync($"#/sweeps/{host.Big}/failures");
        var group = watched.Page.Locator(".failure").Filter(new() { HasText = "Nothing excites these channels" });
        await group.GetByText("all 300").ClickAsync();
        await watched.Page.GetByText("300 dead").WaitForAsync();
        var asked = Assert.Single(watched.Finished, request => request.Url.Contains("/tasks?", StringComparison.Ordinal)).Url;
        Assert.Contains("errorIs=&", asked, StringComparison.Ordinal);

        using var client = host.Api.Client(AccessRole.Read);
        async Task<int> CountAsync(string query) => (await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{host.Big}/tasks?limit=1&{query}", Token))).GetProperty("total").GetInt32();
        Assert.Equal(0, await CountAsync("state=failed&errorIs="));
        Assert.Equal(300, await CountAsync("state=dead&errorIs="));
    }

    [Fact]
    public async Task OneClickRetriesExactlyTheNineThousandOfOneError()
    {
        await using var watched = await host.OpenAsync($"#/sweeps/{host.Big}/failures");
        var page = watched.Page;
        await page.Clock.InstallAsync();
        var group = page.Locator(".failure").First;
        Assert.Contains(BigSweep.OutOfMemory, await group.InnerTextAsync(), StringComparison.Ordinal);
        await group.GetByRole(AriaRole.Button, new() { Name = "Retry these 9,000", Exact = true }).ClickAsync();
        await group.GetByText("9,000 are drawn again.").WaitForAsync();
        // Those that come to nothing again can be tried again.
        await page.Clock.FastForwardAsync(15_000);
        await group.GetByRole(AriaRole.Button, new() { Name = "Retry these", Exact = false }).WaitForAsync();

        using var client = host.Api.Client(AccessRole.Read);
        var counts = await CountsWhenAsync(client, found => found.GetProperty("failed").GetInt32() == BigSweep.Failures - BigSweep.OutOfMemoryCount);
        Assert.Equal(BigSweep.Channels - BigSweep.Failures, counts.GetProperty("rendered").GetInt32() + counts.GetProperty("skipped").GetInt32());
        // Of a layer those and no others: each tenth channel of the first nine hundred.
        for (var channel = 0; channel < 1000; channel += 50)
        {
            var task = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{host.Big}/tasks/bignet/block_3.conv_1/{channel}", Token));
            var state = task.GetProperty("state").GetString();
            Assert.True((state is "waiting" or "leased" or "queued" or "drawing") == (BigSweep.EndOf(channel).Error == BigSweep.OutOfMemory), $"{channel}: {state}");
        }

        Assert.Empty(watched.Complaints);
    }

    private async Task<JsonElement> CountsWhenAsync(HttpClient client, Func<JsonElement, bool> isReached)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50, Token))
        {
            var counts = (await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{host.Big}", Token))).GetProperty("counts");
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"After a minute: {counts}");
            if (isReached(counts))
            {
                return counts;
            }
        }
    }

    // For whoever wants to look: AMVIZ_SCREENSHOTS names a folder.
    private static async Task ShootAsync(IPage page, string hash, string name)
    {
        if (Environment.GetEnvironmentVariable("AMVIZ_SCREENSHOTS") is { } folder)
        {
            var file = string.Concat(hash.Split('?')[0].Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{file}-{name}.png") });
        }
    }
}
