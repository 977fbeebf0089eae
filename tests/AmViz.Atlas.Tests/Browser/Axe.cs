using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AmViz.Atlas.Tests.Browser;

/// <summary>What axe says of a page.</summary>
internal static class Axe
{
    // Roles, names and order are the same in every colour scheme and at every width.
    private static readonly List<string> OfLooks = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"];

    /// <summary>Nothing is wrong with a page.</summary>
    public static Task FindsNothingAsync(IPage page) => FindsNothingAsync(page, new() { ResultTypes = [ResultType.Violations] });

    /// <summary>Nothing is wrong with how a page looks that was right before in other colours or at another width.</summary>
    public static Task LooksAreRightAsync(IPage page)
        => FindsNothingAsync(page, new() { ResultTypes = [ResultType.Violations], RunOnly = new() { Type = "rule", Values = OfLooks } });

    private static async Task FindsNothingAsync(IPage page, AxeRunOptions options)
    {
        var violations = (await page.RunAxe(options)).Violations;
        Assert.True(violations.Length == 0, string.Join('\n', violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}: {node.Html}"))));
    }
}
