using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AmViz.Atlas.Tests.Browser;

public sealed class LayerPageTests(BrowserFixture browser, BrowsedAtlas atlas)
{
    [Fact]
    public async Task OnlyWhatIsNearTheScreenIsInThePageAndTheRestIsReached()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv, width: 390, height: 600);
        var page = watched.Page;
        await Expect(page.Locator("#shown")).ToHaveTextAsync("120 shown");
        Assert.InRange(await page.Locator(".grid .cell").CountAsync(), 4, 60);

        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");

        await Expect(Tile(page, 119)).ToBeVisibleAsync();
        Assert.Equal(0, await Tile(page, 0).CountAsync());
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task EveryTileShowsItsPartOfASheet()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        var page = watched.Page;
        await Expect(Tile(page, 17).Locator(".picture")).ToHaveCSSAsync("background-image", Pattern(@"sprites/.*/net/conv/1-[0-9a-f]{12}\.webp"));
        Assert.NotEqual(await Position(page, 17), await Position(page, 18));
        Assert.Equal(await Position(page, 1), await Position(page, 17));
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ChannelsWithoutAPictureSayWhy()
    {
        await using var watched = await browser.OpenAsync($"{atlas.Conv}?find=0-8");
        await Expect(watched.Page.Locator(".grid .placeholder")).ToHaveTextAsync(["dead", "not a number", "failed"]);
        await Expect(Tile(watched.Page, 8)).ToHaveAccessibleNameAsync("failed Channel 8");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task OrderAndFindWorkTogetherAndAreTheAddress()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        var page = watched.Page;
        await page.Locator(".tools select").First.SelectOptionAsync("objective down");
        await page.FillAsync("#find", "objective>3 0-60");
        await Expect(page.Locator("#shown")).ToHaveTextAsync(Pattern(@"^\d+ of 120 shown$"));
        var objectives = await Objectives(page);
        Assert.Equal(objectives.OrderDescending(), objectives);
        Assert.All(objectives, objective => Assert.True(objective >= 3));

        await using var again = await browser.OpenAsync(page.Url);
        await Expect(again.Page.Locator("#shown")).ToHaveTextAsync(await page.InnerTextAsync("#shown"));
        Assert.Equal(objectives, await Objectives(again.Page));

        await page.FillAsync("#find", "nothing-such");
        await Expect(page.Locator(".empty")).ToBeVisibleAsync();
        await page.ClickAsync(".empty button");
        await Expect(page.Locator("#shown")).ToHaveTextAsync("120 shown");
        Assert.Empty(watched.Complaints);
    }

    [Theory]
    [InlineData("is:drawn", "116 of 120 shown")]
    [InlineData("is:pending", "1 of 120 shown")]
    [InlineData("trust<0.9", "1 of 120 shown")]
    [InlineData("10-19 is:drawn trust>0", "2 of 120 shown")]
    [InlineData("truth>1", "This layer has no 'truth'. It has objective, gain, trust")]
    public async Task WhatIsTypedIsFoundOrItIsSaidWhyNot(string find, string shown)
    {
        await using var watched = await browser.OpenAsync($"{atlas.Conv}?find={Uri.EscapeDataString(find)}");
        await Expect(watched.Page.Locator("#shown")).ToContainTextAsync(shown);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task TheLeastTrustedComeFirstAndTheUnscoredLast()
    {
        await using var watched = await browser.OpenAsync($"{atlas.Conv}?sort=trust&dir=up");
        var page = watched.Page;
        await Expect(page.Locator(".grid .cell[data-at='0'] .first")).ToHaveTextAsync("Channel 12");
        await Expect(page.Locator(".grid .cell[data-at='1'] .first")).ToHaveTextAsync("Channel 13");
        await Expect(page.Locator(".grid .cell[data-at='2'] .first")).ToHaveTextAsync("Channel 0");
        await Expect(Tile(page, 12)).ToHaveAccessibleNameAsync("Channel 12 , trust 0.50 , not to be trusted");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ClassesAreFoundByTheirLabels()
    {
        await using var watched = await browser.OpenAsync(atlas.Layer("logits"));
        var page = watched.Page;
        await page.FillAsync("#find", "CLASS 11");
        await Expect(page.Locator("#shown")).ToHaveTextAsync("1 of 12 shown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 11, class 11");
        await page.GoBackAsync();
        await Expect(page.Locator("#find")).ToHaveValueAsync("CLASS 11");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task OfSeveralSeedsOneIsShownUntilAllAreAskedFor()
    {
        await using var watched = await browser.OpenAsync($"{atlas.Home}#/{atlas.Other}/net/conv");
        var page = watched.Page;
        await Expect(page.Locator("#shown")).ToHaveTextAsync("20 shown");
        await page.Locator(".tools label:has-text('Seed') select").SelectOptionAsync("all");
        await Expect(page.Locator("#shown")).ToHaveTextAsync("40 shown");
        await Expect(page.Locator(".grid .cell[data-at='1'] .first")).ToHaveTextAsync("Channel 0, seed 7");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task TheKeyboardReachesEverything()
    {
        await using var watched = await browser.OpenAsync(atlas.Conv);
        var page = watched.Page;
        await Tile(page, 0).FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("1", await Focused(page));
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.True(int.Parse(await Focused(page), System.Globalization.CultureInfo.InvariantCulture) > 2, "The arrow down does not move by a row.");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("End");
        await Expect(Tile(page, 119)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(Tile(page, 0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 0");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 1");
        await page.Keyboard.PressAsync("u");
        await Expect(page.Locator("h1")).ToHaveTextAsync("conv");
        await page.Keyboard.PressAsync("/");
        Assert.Equal("find", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.TypeAsync("77");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channel 77");
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Keys");
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ANastyNameIsANameAndNothingElse()
    {
        await using var watched = await browser.OpenAsync(atlas.Layer(BrowsedAtlas.Nasty));
        var page = watched.Page;
        await Expect(page.Locator("#shown")).ToHaveTextAsync("3 shown");
        Assert.Equal(BrowsedAtlas.Nasty, await page.Locator("h1").TextContentAsync());
        await Expect(page.Locator(".siblings a")).ToHaveTextAsync(["← conv", "logits →"]);
        Assert.Empty(watched.Complaints);
    }

    private static ILocator Tile(IPage page, int channel) => page.Locator(FormattableString.Invariant($".grid a[href$='/{channel}']"));

    private static Task<string> Position(IPage page, int channel) => Tile(page, channel).Locator(".picture").EvaluateAsync<string>("it => getComputedStyle(it).backgroundPosition");

    private static Task<string> Focused(IPage page) => page.EvaluateAsync<string>("document.activeElement.hash.split('/').at(-1)");

    private static async Task<IReadOnlyList<double>> Objectives(IPage page)
        => [.. (await page.Locator(".grid .cell .second").AllTextContentsAsync()).Select(text => double.Parse(text.Replace(", objective ", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture))];

    // Matched by the browser's side; the time is for who would match it here.
    private static Regex Pattern(string text) => new(text, RegexOptions.None, TimeSpan.FromSeconds(1));
}
