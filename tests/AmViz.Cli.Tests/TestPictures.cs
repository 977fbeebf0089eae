using AmViz.Imaging;

namespace AmViz.Cli.Tests;

internal static class TestPictures
{
    /// <summary>Writes a small PNG into a folder and tells its path.</summary>
    public static string Write(string folder)
    {
        var path = Path.Combine(folder, "picture.png");
        File.WriteAllBytes(path, PngCodec.Encode(new Picture(8, 6, new byte[8 * 6 * 3])));
        return path;
    }
}
