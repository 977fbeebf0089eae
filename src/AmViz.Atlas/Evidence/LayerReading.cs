using AmViz.Atlas.Sprites;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Evidence;

/// <summary>A layer, of which pictures and tables are read when somebody first asks for them: one that is up to date costs nothing.</summary>
/// <param name="planned">The layer by its rows of the manifest.</param>
/// <param name="found">What else there is of it.</param>
/// <param name="readers">What reads it.</param>
internal sealed class LayerReading(LayerTiles planned, FoundEvidence found, LayerReaders readers)
{
    private ReadLayer? _read;

    /// <summary>The layer by its rows of the manifest.</summary>
    public LayerTiles Planned => planned;

    /// <summary>What else there is of it.</summary>
    public FoundEvidence Found => found;

    /// <summary>The layer as far as it is known without reading more.</summary>
    public LayerTiles Known => _read?.Tiles ?? planned;

    /// <summary>Reads it, if that was not done before.</summary>
    /// <exception cref="Storage.StorageException">The store cannot be used, or a table in it cannot be read.</exception>
    public async Task<ReadLayer> ReadAsync(CancellationToken cancellationToken)
    {
        if (_read is null)
        {
            var tiles = await readers.Sheets.WriteAsync(planned, cancellationToken);
            var (evidence, isWhole) = await readers.Evidence.ReadAsync(found, planned.Layer, cancellationToken);
            _read = new(tiles, evidence, isWhole && tiles.Tiles.Select(tile => tile.State).SequenceEqual(planned.Tiles.Select(tile => tile.State)));
        }

        return _read;
    }
}

/// <summary>What reads a layer.</summary>
/// <param name="Sheets">Its pictures.</param>
/// <param name="Evidence">What else is known of it.</param>
internal sealed record LayerReaders(SpriteSheets Sheets, EvidenceReading Evidence);

/// <summary>A layer that was read.</summary>
/// <param name="Tiles">Its tiles with their records; those whose picture could not be read say so.</param>
/// <param name="Evidence">What else is known of its channels.</param>
/// <param name="IsSettled">Whether all that there is could be read; if not, the next build tries again.</param>
internal sealed record ReadLayer(LayerTiles Tiles, LayerEvidence Evidence, bool IsSettled);
