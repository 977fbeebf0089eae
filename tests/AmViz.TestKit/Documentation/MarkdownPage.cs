using System.Text.RegularExpressions;

namespace AmViz.TestKit;

/// <summary>A Markdown page of the repository: its links, its anchors and the commands that it tells readers to type.</summary>
public sealed partial class MarkdownPage
{
    private const string Fence = "```";
    private const string Section = "## ";

    private static readonly string[] Generated = ["artifacts", "node_modules", "out", "shared", "standin"];

    private readonly ILookup<string, DocumentedCommand> _sections;

    private MarkdownPage(string path)
    {
        Path = path;
        List<string> prose = [], commands = [], shown = [];
        List<string>? block = null;
        var (section, sections) = ("", new List<(string Section, DocumentedCommand Command)>());
        foreach (var line in File.ReadLines(RepositoryTree.At(path)))
        {
            if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                // A block with a language shows a file or an output; one without holds commands.
                block = block is not null ? null : line == Fence ? commands : shown;
            }
            else
            {
                (block ?? prose).Add(line);
                section = block is null && line.StartsWith(Section, StringComparison.Ordinal) ? line[Section.Length..] : section;
                if (block == commands && DocumentedCommand.Read(line) is { } command)
                {
                    sections.Add((section, command));
                }
            }
        }

        Links = [.. prose.SelectMany(line => Link().Matches(line)).Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal))];
        Anchors = AnchorsOf(prose);
        Commands = [.. sections.Select(it => it.Command)];
        _sections = sections.ToLookup(it => it.Section, it => it.Command, StringComparer.Ordinal);
    }

    /// <summary>Every page of the checkout.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } = [.. Below(RepositoryTree.Root).Select(Open).OrderBy(page => page.Path, StringComparer.Ordinal)];

    /// <summary>Path below the root of the checkout, with slashes.</summary>
    public string Path { get; }

    /// <summary>Targets of its links into the repository, as they stand there, such as <c>../README.md#try-it</c>.</summary>
    public IReadOnlyList<string> Links { get; }

    /// <summary>Names by which its headings are linked to, as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors { get; }

    /// <summary>Lines of its fenced blocks without a language, in order.</summary>
    public IReadOnlyList<DocumentedCommand> Commands { get; }

    /// <summary>Those of one section, by its heading.</summary>
    public IEnumerable<DocumentedCommand> CommandsOf(string section) => _sections[section];

    /// <summary>The page at a path below the root of the checkout.</summary>
    public static MarkdownPage Open(string path) => new(path);

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static HashSet<string> AnchorsOf(IEnumerable<string> prose)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var heading in prose.Where(line => line.StartsWith('#')))
        {
            var text = Link().Replace(heading.TrimStart('#').Trim(), "]").ToLowerInvariant();
            var name = NoPartOfAnAnchor().Replace(text, "").Replace(' ', '-');
            var anchor = name;
            for (var again = 1; !anchors.Add(anchor); again++)
            {
                anchor = $"{name}-{again}";
            }
        }

        return anchors;
    }

    private static IEnumerable<string> Below(string folder)
        => Directory.EnumerateFiles(folder, "*.md").Select(file => System.IO.Path.GetRelativePath(RepositoryTree.Root, file).Replace('\\', '/'))
            .Concat(new DirectoryInfo(folder).EnumerateDirectories()
                .Where(child => !child.Name.StartsWith('.') && child.LinkTarget is null && !Generated.Contains(child.Name, StringComparer.Ordinal))
                .SelectMany(child => Below(child.FullName)));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]", RegexOptions.NonBacktracking)]
    private static partial Regex NoPartOfAnAnchor();
}
