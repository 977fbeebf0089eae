using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace AmViz.Cluster.Console.Tests;

/// <summary>Looks for what axe-core knows to shut people out.</summary>
internal static class Accessibility
{
    private const string Run =
        """
        async rule => (await axe.run(document, { resultTypes: ['violations'], ...(rule ? { runOnly: { type: 'rule', values: [rule] } } : {}) }))
          .violations.flatMap(one => one.nodes.map(node => `${one.id}: ${one.help}: ${node.html}`))
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>Holds a page to all rules in the light scheme, and in the dark one to contrast, in which alone it differs; leaves it dark.</summary>
    public static async Task IsCleanAsync(IPage page)
    {
        await page.EvaluateAsync(Script);
        Assert.Empty(await page.EvaluateAsync<string[]>(Run, null));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.Empty(await page.EvaluateAsync<string[]>(Run, "color-contrast"));
    }
}
