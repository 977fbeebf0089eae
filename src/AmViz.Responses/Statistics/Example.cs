namespace AmViz.Responses;

/// <summary>A photograph as an example of what a channel responds to.</summary>
/// <param name="Response">The channel's response.</param>
/// <param name="Position">Where in the map, counted row by row from 0; for tokens the number of the token.</param>
/// <param name="Number">The photograph's place in the list.</param>
/// <param name="Digest">The photograph.</param>
internal readonly record struct Example(float Response, int Position, long Number, ContentDigest Digest);

/// <summary>The photographs of strongest, or of weakest, response: at most <see cref="Capacity"/>, each content once.</summary>
/// <remarks>
/// Best first; equal responses by digest, equal contents by number, so the list follows from the set of photographs alone. A photograph that is left out
/// stands behind <see cref="Capacity"/> others for good, so lists of parts give the list of the whole.
/// </remarks>
/// <param name="strongest">Whether large responses come first.</param>
internal sealed class ExampleList(bool strongest)
{
    /// <summary>Most photographs of a list, as Borowski et al. 2020 (arXiv 2010.12606, figure 1) show people.</summary>
    public const int Capacity = 9;

    private readonly List<Example> _examples = new(Capacity);

    /// <summary>Best first.</summary>
    public IReadOnlyList<Example> Examples => _examples;

    /// <summary>Photographs beyond this response, to the weaker side for strongest ones, will not come into the list any more.</summary>
    public float Bound => _examples.Count == Capacity ? _examples[^1].Response : strongest ? float.NegativeInfinity : float.PositiveInfinity;

    /// <summary>Takes a photograph, if it is among the best.</summary>
    public void Add(Example example)
    {
        if (_examples.Count == Capacity && Compare(example, _examples[^1]) >= 0)
        {
            return;                                     // whatever of its content is in the list stands before it
        }

        var same = 0;
        while (same < _examples.Count && _examples[same].Digest != example.Digest)
        {
            same++;
        }

        if (same < _examples.Count)
        {
            if (Compare(example, _examples[same]) >= 0)
            {
                return;
            }

            _examples.RemoveAt(same);
        }

        var place = _examples.Count;
        while (place > 0 && Compare(example, _examples[place - 1]) < 0)
        {
            place--;
        }

        if (place < Capacity)
        {
            if (_examples.Count == Capacity)
            {
                _examples.RemoveAt(Capacity - 1);
            }

            _examples.Insert(place, example);
        }
    }

    /// <summary>Takes all of another list.</summary>
    public void Merge(ExampleList other)
    {
        foreach (var example in other._examples)
        {
            Add(example);
        }
    }

    private int Compare(Example one, Example other)
    {
        var response = strongest ? other.Response.CompareTo(one.Response) : one.Response.CompareTo(other.Response);
        return response != 0 ? response : one.Digest.CompareTo(other.Digest) is var digest and not 0 ? digest : one.Number.CompareTo(other.Number);
    }
}
