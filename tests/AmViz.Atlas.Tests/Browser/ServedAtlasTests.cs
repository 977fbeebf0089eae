using static AmViz.Atlas.Tests.SampleSweep;
using static Microsoft.Playwright.Assertions;

namespace AmViz.Atlas.Tests.Browser;

public sealed class ServedAtlasTests(BrowserFixture browser, BrowsedAtlas atlas)
{
    [Fact]
    public async Task AKeyInTheAddressGoesWithEveryFile()
    {
        await using var server = new KeyedServer(Path.GetDirectoryName(atlas.Folder)!);
        await using var watched = await browser.OpenAsync($"{server.Root}atlas/index.html?{KeyedServer.Key}#/{atlas.Sweep}/net/conv?sort=objective");
        var page = watched.Page;
        await Expect(page.Locator("#shown")).ToHaveTextAsync("120 shown");
        await page.Locator(".grid a").First.ClickAsync();
        Assert.True(await page.Locator(".large img").EvaluateAsync<bool>("async image => { await image.decode(); return image.naturalWidth === 48; }"));
        await page.FillAsync(".search input", "class 1");
        await Expect(page.Locator("#hits li").First).ToContainTextAsync("class 1");
        await page.GotoAsync($"{server.Root}atlas/index.html?{KeyedServer.Key}#/{atlas.Sweep}/net/conv/12");
        await page.ClickAsync(".large .open");
        await Expect(page.Locator("dialog canvas")).ToBeVisibleAsync();
        Assert.Empty(server.Refused);
        Assert.Empty(watched.Complaints);
    }

    [Theory]
    [InlineData("#find")]
    [InlineData(".search input")]
    public async Task EnterBeforeTheLabelsAreReadOpensTheFirstThatFitsOnceTheyAre(string box)
    {
        await using var server = new KeyedServer(Path.GetDirectoryName(atlas.Folder)!);
        await using var watched = await browser.OpenAsync($"{server.Root}atlas/index.html?{KeyedServer.Key}#/{atlas.Sweep}/net/logits");
        var page = watched.Page;
        var isAsked = new TaskCompletionSource();
        var mayGo = new TaskCompletionSource();
        await Expect(page.Locator("#shown")).ToHaveTextAsync("12 shown");
        await page.RouteAsync("**/labels.js*", async route =>
        {
            isAsked.TrySetResult();
            await mayGo.Task;
            await route.ContinueAsync();
        });
        await page.FillAsync(box, "class 11");
        await page.Keyboard.PressAsync("Enter");
        await isAsked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await Expect(page.Locator("h1")).ToHaveTextAsync("logits");
        mayGo.SetResult();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 11, class 11");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task PicturesArriveOnAnOpenPageAsTheyAreStored()
    {
        using var sample = await CreateAsync(SampleSweep.Layer("net", "conv", 5));
        var late = sample.Entries[^1];
        sample.Entries.Remove(late);
        await sample.BuildAsync();
        await using var server = new KeyedServer(Path.GetDirectoryName(sample.AtlasFolder)!, "<meta name=\"amviz-live\" content=\"0.1\">");
        await using var watched = await browser.OpenAsync($"{server.Root}atlas/index.html?{KeyedServer.Key}#/{sample.Plan.Id}/net/conv");
        var page = watched.Page;
        await Expect(page.Locator(".grid .placeholder")).ToHaveTextAsync("not drawn yet");
        await page.EvaluateAsync("window.isTheSamePage = true");

        sample.Entries.Add(late);
        await sample.BuildAsync();

        await Expect(page.Locator(".grid .placeholder")).ToHaveCountAsync(0);
        await Expect(page.Locator(".grid .picture")).ToHaveCountAsync(5);
        Assert.True(await page.EvaluateAsync<bool>("window.isTheSamePage"));
    }

    [Fact]
    public async Task APictureThatTheStoreNoLongerHasIsSaid()
    {
        using var sample = await CreateAsync(SampleSweep.Layer("net", "conv", 2));
        await sample.BuildAsync();
        Directory.Delete(Path.Combine(sample.Store.Root, "results"), recursive: true);
        await using var watched = await browser.OpenAsync($"{sample.AtlasFolder}/index.html#/{sample.Plan.Id}/net/conv/1");
        await Expect(watched.Page.Locator(".large [role=alert]")).ToContainTextAsync("The picture cannot be read: ../results/");
    }
}
