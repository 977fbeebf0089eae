using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AmViz.Atlas.Tests.Browser;

public sealed class ChannelPageTests(BrowserFixture browser, BrowsedAtlas atlas)
{
    [Fact]
    public async Task AChannelHasAnAddressOfItsOwnWithAllThatIsKnown()
    {
        await using var watched = await browser.OpenAsync(atlas.Channel("conv", 12));
        var page = watched.Page;
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 12");
        Assert.True(await page.Locator(".large img").EvaluateAsync<bool>("async image => { await image.decode(); return image.naturalWidth === 48; }"));
        Assert.StartsWith("amviz render --model net --layer conv --channel 12 --seed 0 --recipe paper --steps 128 --size 48", await page.Locator("[aria-label=Command]").TextContentAsync(), StringComparison.Ordinal);
        await Expect(page.Locator(".known")).ToContainTextAsync(SampleSweep.Digest);
        await Expect(page.Locator(".known")).ToContainTextAsync("Example CPU @ 3 GHz");
        await Expect(page.Locator("path.line")).ToHaveCountAsync(1);
        await page.ClickAsync(".recipe summary");
        await Expect(page.Locator(".recipe dl")).ToContainTextAsync("optimizer.learningRate");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task PhotographsStandBesideThePicture()
    {
        await using var watched = await browser.OpenAsync(atlas.Channel("conv", 3));
        var page = watched.Page;
        var most = page.Locator("ul[aria-label='Photographs that excite it most'] li");
        await Expect(most).ToHaveCountAsync(9);
        await Expect(most.First.Locator("img")).ToHaveAttributeAsync("alt", "folder/39.jpg, bee");
        await Expect(most.First).ToHaveTextAsync("42.00");
        Assert.True(await most.First.Locator("img").EvaluateAsync<bool>("async image => { image.loading = 'eager'; await image.decode(); return image.naturalWidth > 0; }"));
        await Expect(page.Locator("ul[aria-label='Photographs that excite it least'] li")).ToHaveCountAsync(9);
        await Expect(page.Locator("section:has(#photographs)")).ToContainTextAsync("Of 40 photographs");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task WithoutPhotographsItIsSaidWhatShowsThem()
    {
        await using var watched = await browser.OpenAsync(atlas.Channel("logits", 3));
        await Expect(watched.Page.Locator("[aria-label='Command that shows photographs']")).ToHaveTextAsync("amviz respond --model net --layer logits --photos FOLDER");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ScoresHaveTheirMeaningAndLikeChannelsLeadOn()
    {
        await using var watched = await browser.OpenAsync(atlas.Channel("conv", 12));
        var page = watched.Page;
        var trust = page.Locator("section:has(#scores) .numbers div").First;
        await Expect(trust).ToHaveAttributeAsync("title", Pattern("Below 0.95"));
        await Expect(page.Locator(".verdict")).ToHaveTextAsync("distrusted");
        await Expect(page.Locator("section:has(#alike) li .first")).ToHaveTextAsync(["conv 40", "elsewhere 3"]);
        await Expect(page.Locator("section:has(#alike) li").Nth(1)).ToContainTextAsync("elsewhere 3");

        await page.ClickAsync("section:has(#alike) a");

        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 40");
        await Expect(page.Locator("#alike")).ToHaveCountAsync(0);
        await Expect(page.Locator("#scores")).ToHaveCountAsync(0);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task AChannelWithoutAPictureSaysWhy()
    {
        await using var watched = await browser.OpenAsync(atlas.Channel("conv", 8));
        var page = watched.Page;
        await Expect(page.Locator(".large .placeholder")).ToHaveTextAsync("failed");
        await Expect(page.Locator(".known .trouble")).ToContainTextAsync("The device ran out of <memory>.");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task SeedsAndOtherSweepsOfTheChannelStandBesideIt()
    {
        await using var watched = await browser.OpenAsync($"{atlas.Home}#/{atlas.Other}/net/conv/4?seed=7");
        var page = watched.Page;
        await Expect(page.Locator("section:has(#seeds) a[aria-current] .first")).ToHaveTextAsync("seed 7");
        await page.ClickAsync("section:has(#seeds) a:not([aria-current])");
        await Expect(page.Locator("section:has(#seeds) a[aria-current] .first")).ToHaveTextAsync("seed 0");
        await page.ClickAsync("section:has(#others) a");
        await Expect(page).ToHaveURLAsync(Pattern($"#/{atlas.Sweep}/net/conv/4$"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 4");
        Assert.Empty(watched.Complaints);
    }

    [Theory]
    [InlineData("conv/4000", "conv has no picture of channel '4000' in this sweep; it has those of 0 to 119.")]
    [InlineData("conv/1?seed=9", "conv has no picture of channel '1' with seed 9 in this sweep")]
    [InlineData("such/1", "net has no layer 'such' in this atlas.")]
    public async Task AnAddressOfNothingSaysWhatThereIs(string address, string said)
    {
        await using var watched = await browser.OpenAsync($"{atlas.Network}/{address}");
        await Expect(watched.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(said);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task APictureIsLookedAtFromNear()
    {
        await using var watched = await browser.OpenAsync(atlas.Channel("conv", 12));
        var page = watched.Page;
        await page.ClickAsync(".large .open");
        await Expect(page.Locator("dialog canvas")).ToBeVisibleAsync();
        await page.Locator("dialog .viewer").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        Assert.Empty(watched.Complaints);
    }

    // Matched by the browser's side; the time is for who would match it here.
    private static Regex Pattern(string text) => new(text, RegexOptions.None, TimeSpan.FromSeconds(1));
}
