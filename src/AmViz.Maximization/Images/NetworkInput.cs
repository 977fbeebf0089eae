using System.Runtime.InteropServices;
using AmViz.Imaging;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>From pictures that people bring to what a network is given.</summary>
public static class NetworkInput
{
    /// <summary>Reads what a network sees of a picture file: the shorter side is brought to its input size and the centre taken.</summary>
    /// <remarks>
    /// A network of one channel is given the luma of any picture. One whose channels are not the colours of a picture is given the bands of a file
    /// that has as many (grey with transparency for two, RGB with transparency for four, TIFF for any number), or the panels of a picture that was drawn for
    /// such channels.
    /// </remarks>
    /// <param name="bytes">A whole picture file.</param>
    /// <param name="source">How to call it in errors.</param>
    /// <param name="network">Whose input it becomes.</param>
    /// <returns>The input as <see cref="ChannelPanels"/> show it, every panel a square of the network's input size; with what of the file is not seen.</returns>
    /// <exception cref="ImagingException">The file cannot be read, or has other bands than the network has channels.</exception>
    public static LoadedPicture Read(byte[] bytes, string source, NetworkDescription network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var panels = new ChannelPanels(network.InputChannels);
        if (panels.IsSingle)
        {
            var loaded = PictureLoader.Read(bytes, source);
            return loaded with { Picture = Fit(panels.IsGrey ? loaded.Picture.ToGrey() : loaded.Picture, network.InputSize) };
        }

        var bands = PictureBands.Read(bytes, source);
        var planes = bands.Text.GetValueOrDefault(ChannelPanels.TextKey) == panels.Text ? panels.Cut(bands) : bands.Planes;
        return planes.Count == panels.ChannelCount
            ? new LoadedPicture(panels.Join([.. planes.Select(plane => Fit(plane, network.InputSize))]), bands.FrameCount, bands.Notes)
            : throw new UnsupportedPictureException(
                $"{source} has {planes.Count} bands; '{network.Name}' has {panels.ChannelCount} input channels ({panels.Text}). "
                + "Expected a file of as many bands (such as TIFF), or a picture that was drawn for these channels.");
    }

    /// <summary>Reads what a network sees of a picture file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">Whose input it becomes.</param>
    /// <exception cref="ImagingException">As for the bytes of a file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LoadedPicture Read(string path, NetworkDescription network) => Read(PictureLoader.ReadFile(path), path, network);

    /// <summary>Pictures as a batch of images.</summary>
    /// <param name="pictures">As <see cref="Read(string, NetworkDescription)"/> gives them, all of one size; at least one.</param>
    /// <param name="network">Whose input they are.</param>
    /// <param name="device">Where they shall lie.</param>
    /// <returns><c>[N, C, H, W]</c>, in [0, 1], float32; belongs to the caller's dispose scope.</returns>
    public static Tensor ToImages(IReadOnlyList<Picture> pictures, NetworkDescription network, Device device)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(network);
        var panels = new ChannelPanels(network.InputChannels);
        var (height, width) = panels.PanelSize(pictures[0]);
        using var scope = NewDisposeScope();
        var images = empty([pictures.Count, panels.ChannelCount, height, width], ScalarType.Float32);
        var planes = MemoryMarshal.Cast<byte, float>(images.bytes);
        var length = planes.Length / pictures.Count;
        for (var n = 0; n < pictures.Count; n++)
        {
            panels.ToPlanes(pictures[n], planes.Slice(n * length, length));
        }

        return images.to(device).MoveToOuterDisposeScope();
    }

    private static Picture Fit(Picture picture, int size)
        => picture.Width == size && picture.Height == size ? picture : picture.Resize(size, ResizeMode.CropCenter);
}
