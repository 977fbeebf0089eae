using System.Reflection;
using AmViz.Atlas.Output;

namespace AmViz.Atlas.Views;

/// <summary>What every page says, for layout.html. Properties of views are the names in the templates.</summary>
/// <param name="path">The page's own path in the atlas.</param>
internal abstract class PageView(string path)
{
    public required string Title { get; init; }

    /// <summary>The page's own name at the end of the breadcrumbs.</summary>
    public required string Here { get; init; }

    public IReadOnlyList<Link> Crumbs { get; init; } = [];

    public string Root { get; } = AtlasPaths.RootFrom(path);

    public virtual string? Fingerprint => null;

    public virtual bool HasScript => false;

    public string Software { get; } =
        typeof(PageView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public string AssetVersion { get; } = PageTemplates.Version;
}

/// <summary>A name to click on.</summary>
internal sealed record Link(string Name, string Href);

/// <summary>A name and what it is.</summary>
internal sealed record Fact(string Name, string Value);

/// <summary>A card with some pictures, for card.html.</summary>
internal sealed record Card(string Name, string Href, string Note, string? Trouble, IReadOnlyList<string> Thumbnails);
