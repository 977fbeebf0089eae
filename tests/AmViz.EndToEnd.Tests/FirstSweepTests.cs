using System.Text.Json;
using System.Text.RegularExpressions;
using AmViz.Atlas.Tests.Browser;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AmViz.EndToEnd.Tests;

/// <summary>The main job: from an empty folder to an atlas of a trained network, in one command.</summary>
public sealed class FirstSweepTests(BrowserFixture browser, CommandProcesses commands) : IDisposable
{
    private static readonly string[] Sweep = ["run", "--layer", "conv_pw_3_bn,logits", "--channels", "0-3", "--steps", "8", "--size", "64", "--out", "out"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OneCommandDrawsVerifiesAndLaysOutAndASecondSkipsEverything()
    {
        using var first = await AmVizProcess.RunAsync(_folder.Path, [.. Sweep, "--json"]);
        Assert.Equal(0, await first.ExitCodeAsync());
        Assert.Equal(["sweepId", "planned", "rendered", "skipped", "failed", "manifest", "atlas", "seconds"], first.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((8, 8, 0, 0), Counts(first.Json));

        var rows = await new StoreFolder(_folder.At("out")).RowsAsync(first.Json);
        Assert.Equal(8, rows.Count);
        Assert.All(rows, row => Assert.Equal(ChannelOutcome.Rendered, row.Outcome));
        Assert.All(rows.Where(row => row.Layer == "conv_pw_3_bn"), row => Assert.True(row.FinalObjective > row.InitialObjective, $"{row.Layer}/{row.Channel}: {row.InitialObjective} to {row.FinalObjective}"));

        var verified = await commands.RunAsync(_folder.Path, AmVizProcess.OneThread, ["manifest", "verify", "--out", "out", "--json"]);
        Assert.Equal(0, verified.Code);

        using var second = await AmVizProcess.RunAsync(_folder.Path, [.. Sweep, "--json"]);
        Assert.Equal((8, 0, 8, 0), Counts(second.Json));

        await LookAtTheAtlasAsync(first.Json.GetProperty("atlas").GetString()!);
    }

    [Fact]
    public async Task APersonReadsThePlanBeforeAndTheResultAfter()
    {
        using var run = await AmVizProcess.RunAsync(_folder.Path, Sweep);
        Assert.Equal(0, await run.ExitCodeAsync());
        Assert.StartsWith("plan     8 pictures: 2 layers, 8 channels, seed 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("done     8 rendered, 0 skipped, 0 failed", run.Output, StringComparison.Ordinal);
        Assert.Contains($"open     {Path.Combine("out", "atlas", "index.html")}", run.Output, StringComparison.Ordinal);
        Assert.Contains("texturenet/logits  4/4", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstCommandOfTheReadmeRuns()
    {
        const string launcher = "dotnet run --project src/AmViz.Cli -c Release -- ";
        var line = File.ReadLines(RepositoryTree.At("README.md")).First(text => text.StartsWith(launcher, StringComparison.Ordinal));
        Directory.CreateSymbolicLink(_folder.At("examples"), RepositoryTree.At("examples"));

        // As it stands there, but for the time that it takes.
        using var run = await AmVizProcess.RunAsync(_folder.Path, [.. line[launcher.Length..].Split(' '), "--steps", "1", "--size", "32"]);
        Assert.Equal(0, await run.ExitCodeAsync());
        var planned = Regex.Match(run.Output, "(?<=^plan +)[0-9]+(?= pictures)", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        Assert.Contains($"done     {planned} rendered, 0 skipped, 0 failed", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Draw {planned} channels", File.ReadAllText(RepositoryTree.At("README.md")), StringComparison.Ordinal);
    }

    private async Task LookAtTheAtlasAsync(string index)
    {
        await using var home = await browser.OpenAsync(index);
        var page = home.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "texturenet" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "logits", Exact = true }).ClickAsync();
        await Expect(page.Locator("#shown")).ToHaveTextAsync("4 shown");
        await page.FillAsync("#find", "stripes 3");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToContainTextAsync("Channel 3, stripes");
        Assert.True(await page.Locator(".large img").EvaluateAsync<bool>("async image => { await image.decode(); return image.naturalWidth === 64; }"));
        Assert.Empty(home.Complaints);
    }

    private static (int Planned, int Rendered, int Skipped, int Failed) Counts(JsonElement json)
        => (json.GetProperty("planned").GetInt32(), json.GetProperty("rendered").GetInt32(), json.GetProperty("skipped").GetInt32(), json.GetProperty("failed").GetInt32());
}
