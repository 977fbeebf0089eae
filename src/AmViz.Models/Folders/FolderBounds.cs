using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Keeps the files of a network in a folder: those of a network that came from others may not lead out of theirs, by path or by link.</summary>
internal static class FolderBounds
{
    /// <summary>Checks one file, there or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">What it may not leave.</param>
    /// <exception cref="WeightsFormatException">It lies outside, or a link is on the way to it.</exception>
    public static void Require(string path, string folder)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var full = Path.GetFullPath(path);
        if (!full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw Outside(path, folder, "lies outside of");
        }

        for (var step = full; step.Length > root.Length; step = Path.GetDirectoryName(step)!)
        {
            if (new FileInfo(step).LinkTarget is not null)
            {
                throw Outside(path, folder, "leads by a link out of");
            }
        }
    }

    private static WeightsFormatException Outside(string path, string folder, string how)
        => new($"{ErrorText.Shorten(path, longest: 500)}: {how} the folder '{folder}' of a network that was fetched; expected all of its files inside. Nothing was read. Get the network again from a source that you trust.");
}
