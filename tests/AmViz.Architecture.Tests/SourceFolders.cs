using System.Text.RegularExpressions;
using AmViz.TestKit;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;

namespace AmViz.Architecture.Tests;

/// <summary>The folders of a project, and which of them uses which: namespaces do not tell, since all folders of a project share one.</summary>
internal sealed partial class SourceFolders
{
    private readonly Dictionary<string, SortedDictionary<string, string>> _uses = new(StringComparer.Ordinal);

    /// <summary>Reads the sources for where types are declared, and the compiled types for what they use.</summary>
    public SourceFolders(ArchUnitNET.Domain.Architecture architecture, string project)
    {
        var folders = FoldersOfTypes(project);
        foreach (var type in architecture.Types.Where(type => FolderOf(type) is not null))
        {
            foreach (var used in type.GetTypeDependencies().Where(used => FolderOf(used) is { } other && other != FolderOf(type)))
            {
                Uses(FolderOf(type)!).TryAdd(FolderOf(used)!, $"{type.Name} uses {used.Name}");
            }
        }

        string? FolderOf(IType type) => Assemblies.ProjectOf(type) == project ? folders.GetValueOrDefault(OutermostName(type)) : null;
    }

    /// <summary>Pairs of folders each of which reaches the other, with an example of what the first uses of the next on the way.</summary>
    public IEnumerable<string> Circles()
        => from folder in _uses.Keys
           from used in _uses[folder]
           where ReachableFrom(used.Key).Contains(folder)
           select $"{folder} -> {used.Key}: {used.Value}";

    /// <summary>The folders that one uses.</summary>
    public IEnumerable<string> UsedBy(string folder) => _uses.GetValueOrDefault(folder, []).Keys;

    private static Dictionary<string, string> FoldersOfTypes(string project)
    {
        var root = RepositoryTree.At("src", project);
        return (
            from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            from Match declaration in Declaration().Matches(File.ReadAllText(file))
            group Path.GetRelativePath(root, Path.GetDirectoryName(file)!) by declaration.Groups["name"].Value)
            .ToDictionary(type => type.Key, type => type.First(), StringComparer.Ordinal);
    }

    private static string OutermostName(IType type)
        => type.FullName[(type.Namespace.FullName.Length + 1)..].Split('+', '/', '`')[0];

    private SortedDictionary<string, string> Uses(string folder)
        => _uses.TryGetValue(folder, out var used) ? used : _uses[folder] = new(StringComparer.Ordinal);

    private HashSet<string> ReachableFrom(string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { start };
        var open = new Stack<string>(reached);
        while (open.TryPop(out var folder))
        {
            foreach (var next in _uses.GetValueOrDefault(folder, []).Keys.Where(reached.Add))
            {
                open.Push(next);
            }
        }

        return reached;
    }

    // Of types at the left margin, that is, outermost ones.
    [GeneratedRegex(@"^(public|internal|file) ((static|sealed|abstract|readonly|ref|partial) )*(class|record struct|record|struct|interface|enum|delegate [\w<>?]+) (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Declaration();
}
