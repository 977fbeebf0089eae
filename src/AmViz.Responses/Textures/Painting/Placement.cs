using System.Numerics;

namespace AmViz.Responses.Textures;

/// <summary>Where a pattern lies on the picture: turned about the origin and shifted.</summary>
internal readonly struct Placement
{
    private readonly float _cos, _sin, _right, _down;

    private Placement(float radians, float right, float down)
        => (_cos, _sin, _right, _down) = (MathF.Cos(radians), MathF.Sin(radians), right, down);

    /// <summary>Any rotation, any shift.</summary>
    public static Placement Anyhow(TextureRandom random) => Tilted(random, 180);

    /// <summary>Any shift, and a rotation of at most <paramref name="degrees"/> to either side.</summary>
    public static Placement Tilted(TextureRandom random, float degrees)
    {
        var radians = random.Between(-degrees, degrees) * MathF.PI / 180f;
        return new Placement(radians, random.Between(-200, 200), random.Between(-200, 200));
    }

    /// <summary>Not turned, with its origin near the middle of the picture, at most a sixth of the size away along each axis.</summary>
    public static Placement Centred(TextureRandom random, int size)
        => new(0, random.Between(-size, size) / 6f, random.Between(-size, size) / 6f);

    /// <summary>The pattern's own coordinates, in pixels, of a picture position.</summary>
    public Vector2 Map(float x, float y)
        => new(_cos * (x - _right) - _sin * (y - _down), _sin * (x - _right) + _cos * (y - _down));
}
