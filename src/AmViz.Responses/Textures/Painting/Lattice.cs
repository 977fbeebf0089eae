namespace AmViz.Responses.Textures;

/// <summary>Random values tied to the points of a whole-number lattice, and the smooth noise between them.</summary>
internal static class Lattice
{
    /// <summary>A number in [0, 1) that depends only on the lattice point and the salt.</summary>
    public static float At(int column, int row, uint salt)
        => TextureRandom.Unit(TextureRandom.Mix(((ulong)(uint)column << 32 | (uint)row) ^ ((ulong)salt * 0xD1342543DE82EF95UL)));

    /// <summary>Value noise in [0, 1): lattice values joined by a smooth step.</summary>
    public static float Smooth(float x, float y, uint salt)
    {
        int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y);
        float right = Shaping.SmoothStep(x - column), down = Shaping.SmoothStep(y - row);
        var above = float.Lerp(At(column, row, salt), At(column + 1, row, salt), right);
        var below = float.Lerp(At(column, row + 1, salt), At(column + 1, row + 1, salt), right);
        return float.Lerp(above, below, down);
    }

    /// <summary>Four octaves of <see cref="Smooth"/>, each half as strong and twice as fine as the one before; in [0, 1).</summary>
    public static float Fractal(float x, float y, uint salt)
    {
        float sum = 0, weight = 8f / 15f;
        for (uint octave = 0; octave < 4; octave++, weight /= 2, x *= 2, y *= 2)
        {
            sum += weight * Smooth(x, y, salt + octave);
        }

        return sum;
    }
}
