using Microsoft.Playwright;

namespace AmViz.Atlas.Tests.Browser;

public sealed class AccessibilityTests(BrowserFixture browser, BrowsedAtlas atlas)
{
    private const int Wide = 1280;
    private const int Narrow = 390;
    private const int Height = 900;

    [Theory]
    [InlineData("home")]
    [InlineData("network")]
    [InlineData("layer")]
    [InlineData("channel")]
    [InlineData("scored")]
    [InlineData("seeds")]
    [InlineData("placeholder")]
    [InlineData("failures")]
    [InlineData("compare")]
    [InlineData("keys")]
    [InlineData("data")]
    [InlineData("found")]
    [InlineData("near")]
    public async Task InLightAndDarkWideAndNarrowAxeFindsNothingAndNothingIsWiderThanTheScreen(string name)
    {
        await using var watched = await browser.OpenAsync(Address(name), ColorScheme.Light, Wide, Height);
        var page = watched.Page;
        await page.Locator("h1").WaitForAsync();
        await PrepareAsync(page, name);
        // Before: what looks for faults asks for files itself.
        Assert.Empty(watched.Complaints);
        await FitsAsync(page, Wide);
        await Axe.FindsNothingAsync(page);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.SetViewportSizeAsync(Narrow, Height);
        await FitsAsync(page, Narrow);
        await Axe.LooksAreRightAsync(page);
    }

    private static async Task PrepareAsync(IPage page, string name)
    {
        if (name == "found")
        {
            await page.FillAsync(".search input", "class 1");
            await page.Locator("#hits li").First.WaitForAsync();
        }
        else if (name == "near")
        {
            await page.ClickAsync(".large .open");
            await page.Locator("dialog canvas").WaitForAsync();
        }
    }

    private static async Task FitsAsync(IPage page, int width)
    {
        await Assertions.Expect(page.Locator("html")).ToHaveJSPropertyAsync("scrollWidth", width);
        Assert.InRange(await page.EvaluateAsync<int>("document.querySelector('dialog[open]')?.scrollWidth ?? 0"), 0, width);
    }

    private string Address(string name) => name switch
    {
        "home" or "found" => atlas.Home,
        "network" => atlas.Network,
        "layer" => atlas.Conv,
        "channel" or "near" => atlas.Channel("logits", 3),
        "scored" => atlas.Channel("conv", 12),
        "seeds" => $"{atlas.Home}#/{atlas.Other}/net/conv/4?seed=7",
        "placeholder" => atlas.Channel("conv", 8),
        "failures" => $"{atlas.Network}/failures",
        "compare" => $"{atlas.Home}#/compare?a={atlas.Sweep}/net/conv&b={atlas.Other}/net/conv",
        _ => $"{atlas.Home}#/{name}",
    };
}
