using System.Globalization;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Attacks;

/// <summary>A picture of the command line.</summary>
/// <param name="Path">As the command line names it.</param>
/// <param name="Stem">The beginning of the names of its files; no other picture has it.</param>
/// <param name="Original">The part that the network sees.</param>
internal sealed record InputPicture(string Path, string Stem, Picture Original)
{
    /// <summary>What of its file is not seen.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads every picture once.</summary>
    /// <param name="paths">As the command line names them.</param>
    /// <param name="network">Whose input size they are brought to.</param>
    /// <param name="problems">Gets a sentence for each that cannot be read.</param>
    public static IReadOnlyList<InputPicture> ReadAll(IEnumerable<string> paths, NetworkDescription network, List<string> problems)
    {
        var inputs = new List<InputPicture>();
        foreach (var path in paths.Distinct(StringComparer.Ordinal))
        {
            try
            {
                var loaded = NetworkInput.Read(path, network);
                inputs.Add(new(path, FreeStem(path, inputs), loaded.Picture) { Notes = loaded.Notes });
            }
            catch (ImagingException exception)
            {
                problems.Add($"--image: {exception.Message}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problems.Add($"--image: {exception.Message} Expected a {PictureFormats.Names} file.");
            }
        }

        return inputs;
    }

    /// <summary>The file's name, with a number where another folder's file has the same.</summary>
    private static string FreeStem(string path, List<InputPicture> taken)
    {
        var stem = System.IO.Path.GetFileNameWithoutExtension(path);
        var names = Enumerable.Range(1, taken.Count + 1).Select(number => number == 1 ? stem : string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}"));
        return names.First(name => taken.All(input => !string.Equals(input.Stem, name, StringComparison.OrdinalIgnoreCase)));
    }
}
