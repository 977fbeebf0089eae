using AmViz.Imaging;
using AmViz.Maximization;

namespace AmViz.Cli.Options;

/// <summary><c>--photos</c>: the magnitude spectrum of a folder of photographs.</summary>
internal static class PhotographProfile
{
    // Large enough for every place of a profile, small enough for any photograph.
    private const int Side = 256;

    /// <summary>Measures every picture of a folder; of animations the first frame.</summary>
    /// <exception cref="UsageException">There is no such folder, no picture in it, or one that cannot be read.</exception>
    public static IReadOnlyList<double> Measure(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--photos: there is no folder '{folder}'. Expected a folder of {PictureFormats.Names} files.");
        }

        try
        {
            float[][] photographs = [.. Directory.EnumerateFiles(folder).Where(PictureFormats.HasExtension).Order(StringComparer.Ordinal).Select(Load)];
            return photographs.Length > 0
                ? NaturalMagnitude.Measure(photographs, Side)
                : throw new UsageException($"--photos: '{folder}' holds no {PictureFormats.Names} file. Expected some photographs.");
        }
        catch (ImagingException exception)
        {
            throw new UsageException($"--photos: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--photos: {exception.Message} Expected {PictureFormats.Names} files.");
        }
    }

    private static float[] Load(string path) => PictureLoader.Load(path).Resize(Side, ResizeMode.CropCenter).ToPlanes();
}
