using System.Text.RegularExpressions;

namespace AmViz.Networks;

/// <summary>A repository of weights on the Hugging Face hub, e.g. <c>timm/convnext_tiny.in12k_ft_in1k</c> or <c>facebook/dinov2-small@REVISION</c>.</summary>
/// <param name="Id">Owner and name.</param>
/// <param name="Revision">Branch, tag or commit; <c>main</c> where none is told.</param>
public sealed partial record HubRepository(string Id, string Revision)
{
    private const string UsualRevision = "main";
    private const string Between = "--";

    /// <summary>What the network is called from then on, since names become parts of addresses: <c>timm--convnext_tiny.in12k_ft_in1k</c>.</summary>
    public string Name => Id.Replace("/", Between, StringComparison.Ordinal);

    /// <summary>Reads what a person writes; null where it is no repository.</summary>
    public static HubRepository? Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success && !text.Contains("..", StringComparison.Ordinal)
            ? new(match.Groups["id"].Value, match.Groups["revision"] is { Success: true } revision ? revision.Value : UsualRevision)
            : null;
    }

    /// <summary>The name of a network as it is kept, from the repository's or that name itself; null where it is neither.</summary>
    internal static string? KeptName(string text) => Parse(text)?.Name ?? (IsKeptName(text) ? text : null);

    /// <summary>Whether a folder has a name that only a repository's network has.</summary>
    internal static bool IsKeptName(string text)
        => text.IndexOf(Between, StringComparison.Ordinal) is > 0 and var at && Parse($"{text[..at]}/{text[(at + Between.Length)..]}") is not null;

    /// <summary>Address of one of its files.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="revision">Branch, tag or commit.</param>
    internal HubAddress File(string file, string revision) => HubAddress.Hub(Id, revision, file);

    [GeneratedRegex("^(?<id>[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95})(@(?<revision>[A-Za-z0-9][A-Za-z0-9._/-]{0,99}))?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
