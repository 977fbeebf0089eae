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

    /// <summary>Writes a GIF of one pixel with two frames, black and white, into a folder and tells its path.</summary>
    public static string WriteAnimation(string folder)
    {
        byte[] frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0];
        byte[] white = [.. frame[..^3], 0x4C, 0x01, 0];
        var path = Path.Combine(folder, "animation.gif");
        File.WriteAllBytes(path, [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, .. frame, .. white, 0x3B]);
        return path;
    }
}
