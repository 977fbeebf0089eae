using System.Xml.Linq;
using AmViz.TestKit;

namespace AmViz.Architecture.Tests;

/// <summary>What one project file says.</summary>
internal sealed record Project(string Name, string Folder, IReadOnlyList<string> References, IReadOnlyList<XElement> PackageElements)
{
    /// <summary>All projects below <c>src</c>, by name.</summary>
    public static IReadOnlyDictionary<string, Project> OfSource { get; } = Below("src");

    /// <summary>All projects below <c>tests</c>, by name.</summary>
    public static IReadOnlyDictionary<string, Project> OfTests { get; } = Below("tests");

    /// <summary>All projects below <c>tools</c>, by name.</summary>
    public static IReadOnlyDictionary<string, Project> OfTools { get; } = Below("tools");

    /// <summary>All projects, with the folder at the top that they lie in.</summary>
    public static IEnumerable<(string Top, Project Project)> All
        => new[] { ("src", OfSource), ("tests", OfTests), ("tools", OfTools) }.SelectMany(top => top.Item2.Values.Select(project => (top.Item1, project)));

    public IEnumerable<string> Packages => PackageElements.Select(package => (string)package.Attribute("Include")!);

    public bool UsesLibtorch { get; private init; }

    /// <summary>This project's packages and those of everything it references.</summary>
    public IEnumerable<string> PackagesInReach
        => Packages.Concat(References.SelectMany(reference => OfSource[reference].PackagesInReach)).Distinct();

    private static Dictionary<string, Project> Below(string folder)
        => Directory.EnumerateFiles(RepositoryTree.At(folder), "*.csproj", SearchOption.AllDirectories)
            .Select(Read)
            .ToDictionary(project => project.Name, StringComparer.Ordinal);

    private static Project Read(string path)
    {
        var xml = XDocument.Load(path);
        return new(
            Path.GetFileNameWithoutExtension(path),
            Path.GetFileName(Path.GetDirectoryName(path)!),
            [.. xml.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)).Order(StringComparer.Ordinal)],
            [.. xml.Descendants("PackageReference")])
        {
            UsesLibtorch = xml.Descendants("UsesLibtorch").Any(),
        };
    }
}
