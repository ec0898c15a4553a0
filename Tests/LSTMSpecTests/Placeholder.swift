import LSTMSpec
