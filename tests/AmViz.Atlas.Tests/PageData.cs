using System.Text.Json;

namespace AmViz.Atlas.Tests;

/// <summary>The data inside a layer page.</summary>
internal static class PageData
{
    private const string Begin = "id=\"atlas-data\">";

    /// <summary>Reads it.</summary>
    public static JsonElement Of(string page)
    {
        var from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return JsonDocument.Parse(page[from..page.IndexOf("</script>", from, StringComparison.Ordinal)]).RootElement;
    }
}
