using static Microsoft.Playwright.Assertions;

namespace AmViz.Atlas.Tests.Browser;

public sealed class WholeAtlasTests(BrowserFixture browser, BrowsedAtlas atlas)
{
    [Fact]
    public async Task FromTheFirstPageEveryNetworkLayerAndChannelIsReached()
    {
        await using var watched = await browser.OpenAsync(atlas.Home);
        var page = watched.Page;
        await Expect(page.Locator(".cards .card")).ToHaveCountAsync(2);
        await Expect(page.Locator(".lead")).ToContainTextAsync("2 networks");
        await page.ClickAsync($".card a[href='#/{atlas.Sweep}/net']");
        await Expect(page.Locator(".layers h2")).ToHaveCountAsync(3);
        await page.ClickAsync(".layers li:first-child .strip a >> nth=0");
        await Expect(page.Locator(".crumbs a")).ToHaveTextAsync(["Atlas", "net", "conv"]);
        await page.ClickAsync(".crumbs a >> nth=2");
        await Expect(page.Locator("#shown")).ToHaveTextAsync("120 shown");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task AClassIsFoundInThreeActions()
    {
        await using var watched = await browser.OpenAsync(atlas.Home);
        var page = watched.Page;
        await Expect(page.Locator(".search input")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("class 11");
        await Expect(page.Locator("#hits li").First).ToContainTextAsync("class 11");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 11, class 11");
        Assert.Empty(watched.Complaints);
    }

    [Theory]
    [InlineData("conv 7", "conv 7")]
    [InlineData("logi", "logits")]
    [InlineData("net", "net")]
    public async Task TheBoxFindsLayersChannelsAndNetworks(string text, string first)
    {
        await using var watched = await browser.OpenAsync(atlas.Home);
        await watched.Page.FillAsync(".search input", text);
        await Expect(watched.Page.Locator("#hits li span").First).ToHaveTextAsync(first);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task WhatIsNotFoundIsSaid()
    {
        await using var watched = await browser.OpenAsync(atlas.Home);
        await watched.Page.FillAsync(".search input", "no such thing");
        await Expect(watched.Page.Locator(".search [role=status]")).ToContainTextAsync("Nothing has such a name.");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task WhatHasNoPictureIsGroupedByWhatItSays()
    {
        await using var watched = await browser.OpenAsync($"{atlas.Network}/failures");
        var page = watched.Page;
        await Expect(page.Locator(".failures > li")).ToHaveCountAsync(4);
        await Expect(page.Locator(".failures .error")).ToHaveTextAsync(["The device ran out of <memory>."]);
        await page.Locator(".failures > li:has(.error) .list a").First.ClickAsync();
        await Expect(page.Locator("#shown")).ToHaveTextAsync("1 of 120 shown");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task LayersOfTwoSweepsAreSeenSideBySide()
    {
        await using var watched = await browser.OpenAsync($"{atlas.Home}#/compare?a={atlas.Sweep}/net/conv&b={atlas.Other}/net/conv");
        var page = watched.Page;
        await Expect(page.Locator("#shown")).ToHaveTextAsync("20 channels that both have");
        await Expect(page.Locator(".pair").First.Locator(".picture")).ToHaveCountAsync(2);
        await page.Locator(".tools select").First.SelectOptionAsync("change");
        await page.Locator(".pair a").First.ClickAsync();
        await Expect(page.Locator(".slider img")).ToHaveCountAsync(2);
        await page.GetByRole(Microsoft.Playwright.AriaRole.Slider).FillAsync("20");
        await Expect(page.Locator(".slider img").Nth(1)).ToHaveCSSAsync("clip-path", "inset(0px 80% 0px 0px)");
        await page.Locator(".list a").First.ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Channel");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task AFileThatIsMissingIsNamedWithWhatToDo()
    {
        using var sample = await SampleSweep.CreateAsync(SampleSweep.Layer("net", "conv", 3));
        await sample.BuildAsync();
        File.Delete(Path.Combine(sample.AtlasFolder, "data", sample.Plan.Id.Value, "net", "conv", "layer.js"));
        await using var watched = await browser.OpenAsync($"{sample.AtlasFolder}/index.html#/{sample.Plan.Id}/net/conv");
        await Expect(watched.Page.Locator(".trouble")).ToContainTextAsync("layer.js is missing or cannot be read. Run 'amviz atlas build' again.");
    }
}
