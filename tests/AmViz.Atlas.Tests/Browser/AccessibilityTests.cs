using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AmViz.Atlas.Tests.Browser;

public sealed class AccessibilityTests(BrowserFixture browser, BrowsedAtlas atlas)
{
    private static readonly string[] Pages = ["home", "network", "layer", "channel", "scored", "seeds", "placeholder", "failures", "compare", "keys", "data", "found", "near"];

    public static TheoryData<string, ColorScheme, int> Looks => [.. from page in Pages
                                                                    from look in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 390) }
                                                                    select (page, look.Item1, look.Item2)];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task AxeFindsNothingAndNothingIsWiderThanTheScreen(string name, ColorScheme scheme, int width)
    {
        await using var watched = await browser.OpenAsync(Address(name), scheme, width);
        var page = watched.Page;
        await page.Locator("h1").WaitForAsync();
        if (name == "found")
        {
            await page.FillAsync(".search input", "class 1");
            await page.Locator("#hits li").First.WaitForAsync();
        }

        if (name == "near")
        {
            await page.ClickAsync(".large .open");
            await page.Locator("dialog canvas").WaitForAsync();
        }

        Assert.Empty(watched.Complaints);
        Assert.Equal(width, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.querySelector('dialog[open]')?.scrollWidth ?? 0, innerWidth)"));

        var result = await page.RunAxe();

        Assert.True(result.Violations.Length == 0, Report(result.Violations));
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

    private static string Report(IEnumerable<AxeResultItem> violations) => string.Join(
        '\n', violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}: {node.Html}")));
}
