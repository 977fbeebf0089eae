using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AmViz.Atlas.Tests;

public sealed class AccessibilityTests(BrowserFixture browser, BrowsedAtlas atlas)
{
    [Theory]
    [InlineData("home", ColorScheme.Light, 1280)]
    [InlineData("home", ColorScheme.Dark, 360)]
    [InlineData("model", ColorScheme.Light, 360)]
    [InlineData("model", ColorScheme.Dark, 1280)]
    [InlineData("layer", ColorScheme.Light, 1280)]
    [InlineData("layer", ColorScheme.Dark, 360)]
    [InlineData("dialog", ColorScheme.Light, 360)]
    [InlineData("dialog", ColorScheme.Dark, 1280)]
    [InlineData("placeholder", ColorScheme.Light, 1280)]
    public async Task AxeFindsNothingAndNothingIsWiderThanTheScreen(string name, ColorScheme scheme, int width)
    {
        await using var watched = await browser.OpenAsync(Address(name), scheme, width);
        Assert.Empty(watched.Complaints);
        Assert.Equal(width, await watched.Page.EvaluateAsync<int>(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('dialog[open]')?.scrollWidth ?? 0)"));

        var result = await watched.Page.RunAxe();

        Assert.True(result.Violations.Length == 0, Report(result.Violations));
    }

    private string Address(string name) => name switch
    {
        "home" => atlas.Home,
        "model" => atlas.Model,
        "layer" => atlas.Conv,
        "dialog" => atlas.Conv + "#channel=12",
        _ => atlas.Conv + "#channel=8",
    };

    private static string Report(IEnumerable<AxeResultItem> violations) => string.Join(
        '\n', violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}: {node.Html}")));
}
