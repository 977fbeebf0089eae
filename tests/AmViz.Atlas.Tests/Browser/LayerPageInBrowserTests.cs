using Microsoft.Playwright;

namespace AmViz.Atlas.Tests;

public sealed class LayerPageInBrowserTests(BrowserFixture browser, BrowsedAtlas atlas)
{
    [Fact]
    public async Task AClickShowsThePictureWithItsRecord()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        var page = watched.Page;

        await page.ClickAsync("a[href='#channel=12']");

        await Shown(page, "Channel 12");
        Assert.True(await page.EvaluateAsync<bool>("async () => { const i = document.querySelector('#figure img'); await i.decode(); return i.naturalWidth === 48; }"));
        var record = await page.InnerTextAsync(".record");
        Assert.StartsWith("amviz render --model net --layer conv --channel 12 --seed 0 --recipe paper --steps 128 --size 48", await page.TextContentAsync("#command"), StringComparison.Ordinal);
        Assert.Contains(SampleSweep.Digest, record, StringComparison.Ordinal);
        Assert.Contains("Example CPU @ 3 GHz", record, StringComparison.Ordinal);
        Assert.Equal(1, await page.Locator("#chart path.curve").CountAsync());
        await page.ClickAsync(".record summary");
        Assert.Contains("optimizer.learningRate", await page.InnerTextAsync(".record .recipe"), StringComparison.Ordinal);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task PhotographsStandBesideThePicture()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv + "#channel=3");
        var page = watched.Page;
        await Shown(page, "Channel 3");

        var photographs = page.Locator("#photographs li");
        Assert.Equal(18, await photographs.CountAsync());
        Assert.Equal("folder/39.jpg, bee", await photographs.First.Locator("img").GetAttributeAsync("alt"));
        Assert.Equal("42.00", await photographs.First.InnerTextAsync());
        await page.EvaluateAsync("async () => { for (const image of document.querySelectorAll('#photographs img')) { image.loading = 'eager'; await image.decode(); } }");
        Assert.Contains("Of 40 photographs", await page.InnerTextAsync("#photographs"), StringComparison.Ordinal);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ScoresAndChannelsThatAreLikeItStandBesideThePicture()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv + "#channel=12");
        var page = watched.Page;
        await Shown(page, "Channel 12");
        Assert.Equal("trust", await page.Locator("#score-lines dt").First.EvaluateAsync<string>("it => it.firstChild.textContent"));
        Assert.Contains("Below 0.95", await page.Locator("#score-lines div").First.GetAttributeAsync("title"), StringComparison.Ordinal);
        Assert.Equal(["40", "elsewhere / 3"], await page.Locator("#alike li span:nth-child(2)").AllInnerTextsAsync());

        await page.Locator("#alike a").ClickAsync();

        await Shown(page, "Channel 40");
        Assert.True(await page.Locator("#alike").IsHiddenAsync());
        Assert.True(await page.Locator("#scores").IsHiddenAsync());
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task TheLeastTrustedComeFirstAndTheUnscoredLast()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        await watched.Page.SelectOptionAsync("#order", "trust");
        Assert.Equal(["12", "13", "0"], (await watched.Page.Locator("#grid li .number").AllTextContentsAsync()).Take(3).Select(text => text.Replace("Channel ", "", StringComparison.Ordinal)));
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ALayerWithoutAPassOfPhotographsSaysNothingOfThem()
    {
        await using var watched = await browser.OpenAsync(atlas.At("logits") + "#channel=3");
        await Shown(watched.Page, "Channel 3, class 3");
        Assert.True(await watched.Page.Locator("#photographs").IsHiddenAsync());
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task AChannelHasAnAddressOfItsOwn()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv + "#channel=40");
        var page = watched.Page;

        await Shown(page, "Channel 40");
        await page.EvaluateAsync("location.hash = 'channel=41'");
        await Shown(page, "Channel 41");
        await page.ClickAsync("#close");
        await page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.DoesNotContain('#', page.Url);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task AnAddressOfNoChannelShowsTheGrid()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv + "#channel=4000");

        Assert.False(await watched.Page.Locator("dialog").IsVisibleAsync());
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task BackClosesTheChannelAgain()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        var page = watched.Page;
        await page.ClickAsync("a[href='#channel=12']");

        await page.GoBackAsync();

        await page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.EndsWith("conv.html", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheKeyboardReachesEverything()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        var page = watched.Page;
        await page.FocusAsync("a[href='#channel=0']");

        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowDown");
        var below = await page.EvaluateAsync<int>("Number(document.activeElement.hash.slice(9))");
        await page.Keyboard.PressAsync("ArrowUp");
        Assert.True(below > 2, "the arrow down moves by a row");
        Assert.Equal("#channel=1", await Focused(page));

        await page.Keyboard.PressAsync("Enter");
        await Shown(page, "Channel 1");
        await page.Keyboard.PressAsync("ArrowRight");
        await Shown(page, "Channel 2");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Shown(page, "Channel 1");
        await page.Keyboard.PressAsync("ArrowRight");
        await Shown(page, "Channel 2");
        await page.Keyboard.PressAsync("Escape");
        await page.WaitForFunctionAsync("document.activeElement.hash === '#channel=2'");

        await page.Keyboard.PressAsync("End");
        Assert.Equal("#channel=119", await Focused(page));
        await page.Keyboard.PressAsync("/");
        Assert.Equal("find", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.TypeAsync("77");
        await page.Keyboard.PressAsync("Enter");
        await Shown(page, "Channel 77");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task TheGridIsOneTabStop()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);

        Assert.Equal(1, await watched.Page.Locator("#grid a[tabindex='0']").CountAsync());
    }

    [Fact]
    public async Task ChannelsWithoutAPictureSayWhy()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        var page = watched.Page;

        Assert.Equal(["dead", "not a number", "failed", "not drawn yet"], await page.Locator("#grid .placeholder").AllTextContentsAsync());
        await page.ClickAsync("a[href='#channel=8']");
        await Shown(page, "Channel 8");
        Assert.Contains("The device ran out of <memory>.", await page.InnerTextAsync("#explanation"), StringComparison.Ordinal);
        Assert.Equal("failed", await page.InnerTextAsync("#figure .placeholder"));
        Assert.False(await page.Locator("#objective").IsVisibleAsync());
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task OrderSearchAndFiltersWorkTogether()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        var page = watched.Page;

        await page.SelectOptionAsync("#order", "down");
        var objectives = await Objectives(page);
        Assert.Equal(116, objectives.Count);
        Assert.Equal(objectives.OrderDescending(), objectives);
        await page.SelectOptionAsync("#order", "up");
        Assert.Equal(objectives.Order(), await Objectives(page));
        Assert.Equal("#channel=119", await page.EvaluateAsync<string>("document.querySelector('#grid').lastElementChild.firstElementChild.hash"));

        await page.FillAsync("#least", "50");
        var half = await Objectives(page);
        Assert.InRange(half.Count, 1, 115);
        Assert.True(half.Min() >= (objectives.Min() + objectives.Max()) / 2 - 0.01);
        await page.FillAsync("#find", "11");
        Assert.All(await page.Locator("#grid li:visible .number").AllTextContentsAsync(), text => Assert.Contains("11", text, StringComparison.Ordinal));

        await page.FillAsync("#find", "nothing such");
        Assert.True(await page.Locator("#empty").IsVisibleAsync());
        await page.ClickAsync("#reset");
        Assert.Equal("120 shown", await page.InnerTextAsync("#shown"));
        await page.UncheckAsync("input[value=rendered]");
        Assert.Equal("4 of 120 shown", await page.InnerTextAsync("#shown"));
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ClassesAreFoundByTheirLabels()
    {
        await using var watched = await browser.OpenAsync(atlas.At("logits"));

        await watched.Page.FillAsync("#find", "CLASS 11");

        Assert.Equal("1 of 12 shown", await watched.Page.InnerTextAsync("#shown"));
        await watched.Page.ClickAsync("#grid li:visible a");
        await Shown(watched.Page, "Channel 11, class 11");
    }

    [Fact]
    public async Task ANastyNameIsOnlyAName()
    {
        await using var watched = await browser.OpenAsync(atlas.At(BrowsedAtlas.Nasty) + "#channel=1");
        var page = watched.Page;

        await Shown(page, "Channel 1");
        Assert.Contains("<script>alert(1)</script>", await page.InnerTextAsync("h1"), StringComparison.Ordinal);
        Assert.Contains("--layer '<script>alert(1)</script>&\"'\\''/%2F", await page.TextContentAsync("#command"), StringComparison.Ordinal);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ThePicturesOfTheFirstScreenAreLoadedAndTheLastOnesWait()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv, height: 500);

        Assert.True(await watched.Page.EvaluateAsync<bool>("async () => { const i = document.querySelector('#grid img'); await i.decode(); return i.naturalWidth > 0; }"));
        Assert.Equal("lazy", await watched.Page.GetAttributeAsync("#grid li:nth-child(118) img", "loading"));
    }

    /// <summary>Waits for a channel: its page follows the address a moment later.</summary>
    private static Task Shown(IPage page, string title) => page.Locator($"#channel-title:text-is('{title}')").WaitForAsync();

    private static Task<string> Focused(IPage page) => page.EvaluateAsync<string>("document.activeElement.hash");

    private static async Task<List<double>> Objectives(IPage page) =>
        [.. (await page.Locator("#grid li:not([hidden]) .objective").AllTextContentsAsync())
            .Select(text => double.Parse(text.Replace(", objective ", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture))];
}
