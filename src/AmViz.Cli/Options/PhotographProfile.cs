using AmViz.Imaging;
using AmViz.Maximization;

namespace AmViz.Cli.Options;

/// <summary><c>--photos</c>: the magnitude spectrum of a folder of photographs.</summary>
internal static class PhotographProfile
{
    // Large enough for every place of a profile, small enough for any photograph.
    private const int Side = 256;

    /// <summary>Measures every picture of a folder; of animations the first frame, of equal files one.</summary>
    /// <exception cref="UsageException">There is no such folder, no picture in it, or one that cannot be read.</exception>
    public static IReadOnlyList<double> Measure(string folder)
        => NaturalMagnitude.Measure([.. ReferencePhotographs.Read(folder).Files.Select(file => Load(file.Bytes))], Side);

    private static float[] Load(byte[] file) => PictureLoader.Read(file, "a photograph").Picture.Resize(Side, ResizeMode.CropCenter).ToPlanes();
}
