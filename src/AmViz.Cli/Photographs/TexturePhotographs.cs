using AmViz.Imaging;
using AmViz.Models;
using AmViz.Responses;

namespace AmViz.Cli.Photographs;

/// <summary>Textures, drawn in the size of the network when they are asked for.</summary>
internal sealed class TexturePhotographs : IPhotographs
{
    private readonly int _size;
    private readonly bool _isGrey;

    /// <summary>Textures for a network.</summary>
    /// <exception cref="UsageException">Its pictures are no colours.</exception>
    public TexturePhotographs(NetworkDescription network)
    {
        var panels = new ChannelPanels(network.InputChannels);
        if (!panels.IsSingle)
        {
            throw new UsageException($"--textures: textures are pictures in colours, and '{network.Name}' has {panels.ChannelCount} input channels ({panels.Text}). Expected --photos with pictures of as many bands.");
        }

        (_size, _isGrey) = (network.InputSize, panels.IsGrey);
    }

    /// <inheritdoc/>
    public Task<Func<long, Task<PhotographReading>>> OpenAsync(ResponseShard shard, CancellationToken cancellationToken)
        => Task.FromResult<Func<long, Task<PhotographReading>>>(number => Task.FromResult(Draw(number)));

    private PhotographReading Draw(long number)
    {
        var picture = Picture.FromPlanes(TextureSeries.Draw(number, _size), _size, _size);
        var photograph = new Photograph(number, ContentDigest.Of(picture.Rgb.Span), TextureSeries.NameOf(number), TextureSeries.LabelOf(number), _size, _size);
        return new(photograph, _isGrey ? picture.ToGrey() : picture, Unreadable: null);
    }
}
